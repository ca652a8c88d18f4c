// @octokit/oauth-methods: its `request` is told the base URL, as for GitHub Enterprise Server.

import * as oauth from "@octokit/oauth-methods";
import { request as octokitRequest } from "@octokit/request";

import { serve } from "./serve.mjs";

// "github-app", the kind whose tokens it refreshes; for "oauth-app" it leaves refresh tokens aside.
const as = ({ app }) => ({
  clientType: "github-app",
  clientId: app.client_id,
  clientSecret: app.client_secret,
  request: octokitRequest.defaults({ baseUrl: app.urls.api }),
});

async function user({ app, kept }) {
  const headers = { authorization: `token ${kept.token}` };
  const { data } = await as({ app }).request("GET /user", { headers });
  return data.name;
}

async function signedIn(sent, { authentication: kept }) {
  return { name: await user({ ...sent, kept }), kept };
}

await serve({
  begin: (sent) => oauth.getWebFlowAuthorizationUrl({ ...as(sent), redirectUrl: sent.app.redirect_uri }),
  // It never sees the callback: to compare the state, and to look for an error, is for whoever uses it.
  async arrive(sent) {
    const code = new URL(sent.callback).searchParams.get("code");
    return signedIn(sent, await oauth.exchangeWebFlowCode({ ...as(sent), code, redirectUrl: sent.app.redirect_uri }));
  },
  user,
  async renew(sent) {
    return signedIn(sent, await oauth.refreshToken({ ...as(sent), refreshToken: sent.kept.refreshToken }));
  },
  async inspect(sent) {
    const { data } = await oauth.checkToken({ ...as(sent), token: sent.kept.token });
    return data.user.login;
  },
  async reset(sent) {
    return signedIn(sent, await oauth.resetToken({ ...as(sent), token: sent.kept.token }));
  },
  async revoke(sent) {
    return (await oauth.deleteToken({ ...as(sent), token: sent.kept.token })).status;
  },
});
