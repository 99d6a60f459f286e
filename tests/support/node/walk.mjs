// Walks the authorization server with openid-client; asks the test for the code by one line, and answers by another.
import { createInterface } from "node:readline";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as oidc from "openid-client";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
const order = JSON.parse(await next());
const open = { execute: [oidc.allowInsecureRequests] }; // plain http on loopback

const app = await oidc.discovery(new URL(order.issuer), "chekt-console", undefined, oidc.None(), open);
const verifier = oidc.randomPKCECodeVerifier();
const checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(), idTokenExpected: true };
oidc.enableNonRepudiationChecks(app); // verifies the ID token's signature by the server's jwks
const address = oidc.buildAuthorizationUrl(app, {
  redirect_uri: order.redirect_uri, scope: "openid profile offline_access read:dealer update:dealer", state: checks.expectedState,
  nonce: checks.expectedNonce, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});
console.log(address.href);
const first = await oidc.authorizationCodeGrant(app, new URL(await next()), checks);
const second = await oidc.refreshTokenGrant(app, first.refresh_token);
await oidc.tokenRevocation(app, second.refresh_token);
const after = await oidc.refreshTokenGrant(app, second.refresh_token).then(() => "works", (error) => error.error);

const key = await webcrypto.subtle.importKey(
  "pkcs8", createPrivateKey(order.pem).export({ type: "pkcs8", format: "der" }),
  { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"],
);
const machine = await oidc.discovery(
  new URL(order.issuer), order.client_id, undefined, oidc.PrivateKeyJwt({ key, kid: order.kid }), open,
);
const own = await oidc.clientCredentialsGrant(machine, { scope: "read:sites" });
console.log(JSON.stringify({
  sub: first.claims().sub, rotated: first.refresh_token !== second.refresh_token, after, scope: own.scope, access_token: own.access_token,
}));
