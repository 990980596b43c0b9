// oauth4webapi goes the same way step by step, and checks everything that can be checked.
import { createHash } from "node:crypto";
import { ISSUER, REDIRECT_URI, finish, refusal, registered, visit } from "./person.mjs";
import * as oauth from "oauth4webapi";

const client = { client_id: registered.client_id, id_token_signed_response_alg: "RS256", require_auth_time: true };
const authentication = {
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_post: oauth.ClientSecretPost,
  none: oauth.None,
}[registered.token_endpoint_auth_method](registered.client_secret);

const issuer = new URL(ISSUER);
const server = {};
for (const algorithm of ["oidc", "oauth2"]) {
  const answer = await oauth.discoveryRequest(issuer, { algorithm });
  server[algorithm] = await oauth.processDiscoveryResponse(issuer, answer);
}
const provider = server.oidc;

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const asked = new URLSearchParams({
  client_id: client.client_id,
  redirect_uri: REDIRECT_URI,
  response_type: "code",
  scope: "openid profile",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
const url = new URL(provider.authorization_endpoint);
if (process.env.PUSHED) {
  const answer = await oauth.pushedAuthorizationRequest(provider, client, authentication, asked);
  const pushed = await oauth.processPushedAuthorizationResponse(provider, client, answer);
  url.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri });
} else {
  url.search = asked;
}

const arrived = await visit(url);
const forged = new URL(arrived);
forged.searchParams.set("iss", "https://elsewhere.example");
const mixedUp = await refusal((async () => oauth.validateAuthResponse(provider, client, forged, state))());
const code = oauth.validateAuthResponse(provider, client, arrived, state);

const redeemed = await oauth.authorizationCodeGrantRequest(
  provider, client, authentication, code, REDIRECT_URI, verifier,
);
const tokens = await oauth.processAuthorizationCodeResponse(provider, client, redeemed, {
  expectedNonce: nonce,
  maxAge: 3600,
  requireIdToken: true,
});
await oauth.validateApplicationLevelSignature(provider, redeemed);
const claims = oauth.getValidatedIdTokenClaims(tokens);
const half = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16).toString("base64url");

const answered = await oauth.userInfoRequest(provider, client, tokens.access_token);
const told = await oauth.processUserInfoResponse(provider, client, claims.sub, answered);

const refreshed = await oauth.refreshTokenGrantRequest(provider, client, authentication, tokens.refresh_token);
const fresh = await oauth.processRefreshTokenResponse(provider, client, refreshed);
await oauth.validateApplicationLevelSignature(provider, refreshed);

const introspect = async (token) => {
  const answer = await oauth.introspectionRequest(provider, client, authentication, token);
  return oauth.processIntrospectionResponse(provider, client, answer);
};
const revoke = await oauth.revocationRequest(provider, client, authentication, fresh.refresh_token);
const result = { claims, told, mixedUp, accessTokenFits: claims.at_hash === half };
result.sameDocument = JSON.stringify(server.oidc) === JSON.stringify(server.oauth2);
await oauth.processRevocationResponse(revoke);
if (registered.client_secret) {
  result.afterRevocation = await introspect(fresh.access_token);
  const own = await oauth.clientCredentialsGrantRequest(provider, client, authentication, new URLSearchParams());
  result.own = await oauth.processClientCredentialsResponse(provider, client, own);
  result.introspected = await introspect(result.own.access_token);
}
finish(result);
