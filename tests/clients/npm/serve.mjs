// One JSON object a line comes in, {"act": …, what the act needs}; one goes out, {"value": …} or {"error": …}.

import { createInterface } from "node:readline";

export async function serve(acts) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { act, ...sent } = JSON.parse(line);
    let answer;
    try {
      answer = { value: await acts[act](sent) };
    } catch (error) {
      answer = { error: said(error) };
    }
    console.log(JSON.stringify(answer));
  }
}

// An error's name and words, and those of the one that it was made of.
function said(error) {
  const cause = error.oauthError ? `; ${error.oauthError.statusCode ?? ""} ${error.oauthError.data ?? error.oauthError}` : "";
  return `${error.name}: ${error.message}${cause}`;
}
