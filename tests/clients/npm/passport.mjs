// passport-facebook and passport-github2: each takes its three URLs as options, here with the paths that are its defaults.

import { Strategy as Facebook } from "passport-facebook";
import { Strategy as GitHub } from "passport-github2";

import { serve } from "./serve.mjs";

const MADE = {
  facebook: (options, { web }, verify) =>
    new Facebook(
      {
        ...options,
        authorizationURL: `${web}/v3.2/dialog/oauth`,
        tokenURL: `${web}/v3.2/oauth/access_token`,
        profileURL: `${web}/v3.2/me`,
        enableProof: true,
        state: true,
      },
      verify,
    ),
  github: (options, { web, api }, verify) =>
    new GitHub(
      {
        ...options,
        authorizationURL: `${web}/login/oauth/authorize`,
        tokenURL: `${web}/login/oauth/access_token`,
        userProfileURL: `${api}/user`,
        userEmailURL: `${api}/user/emails`,
        state: true,
        pkce: true,
      },
      verify,
    ),
};

function strategy({ app }) {
  const options = {
    clientID: app.client_id,
    clientSecret: app.client_secret,
    callbackURL: app.redirect_uri,
    scope: app.scope,
  };
  const verify = (token, refreshToken, profile, done) =>
    done(null, { name: profile.displayName, kept: { token, refreshToken } });
  return MADE[app.provider](options, app.urls, verify);
}

// What passport's own middleware does: the strategy is given the four ways in which it may end.
function authenticate(sent, request) {
  return new Promise((resolve, reject) => {
    const ends = {
      redirect: (url) => resolve({ url, session: request.session }),
      success: resolve,
      fail: (why) => reject(new Error(why?.message ?? "failed")),
      error: reject,
    };
    Object.assign(Object.create(strategy(sent)), ends).authenticate(request);
  });
}

function user(sent) {
  return new Promise((resolve, reject) =>
    strategy(sent).userProfile(sent.kept.token, (error, profile) => (error ? reject(error) : resolve(profile.displayName))),
  );
}

await serve({
  begin: (sent) => authenticate(sent, { query: {}, session: {} }),
  arrive: (sent) =>
    authenticate(sent, {
      query: Object.fromEntries(new URL(sent.callback).searchParams),
      session: sent.session,
    }),
  user,
  // As passport-oauth2-refresh does it.
  renew: (sent) =>
    new Promise((resolve, reject) =>
      strategy(sent)._oauth2.getOAuthAccessToken(
        sent.kept.refreshToken,
        { grant_type: "refresh_token" },
        (error, token, refreshToken) => {
          if (error || !token) return reject(error ?? new Error("no token, and no error"));
          const kept = { token, refreshToken };
          user({ ...sent, kept }).then((name) => resolve({ name, kept }), reject);
        },
      ),
    ),
});
