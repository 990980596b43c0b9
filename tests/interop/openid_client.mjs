// openid-client signs a person in, with its defaults wherever it has some.
import { ISSUER, LOGGED_OUT_URI, REDIRECT_URI, finish, refusal, registered, visit } from "./person.mjs";
import * as client from "openid-client";

const { client_id, client_secret, token_endpoint_auth_method: method } = registered;
// What openid-client does without being told: a secret is posted, no secret means none.
const authentication = method === "client_secret_basic" ? client.ClientSecretBasic(client_secret) : undefined;
const config = await client.discovery(new URL(ISSUER), client_id, client_secret, authentication);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();
const asked = {
  redirect_uri: REDIRECT_URI,
  scope: "openid profile phone",
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
  state: expectedState,
  nonce: expectedNonce,
  max_age: "3600",
};
const url = process.env.PUSHED
  ? await client.buildAuthorizationUrlWithPAR(config, asked)
  : client.buildAuthorizationUrl(config, asked);
const tokens = await client.authorizationCodeGrant(config, await visit(url), {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
  idTokenExpected: true,
  maxAge: 3600,
});
const claims = tokens.claims();
const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);

const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
const toldAgain = await client.fetchUserInfo(config, fresh.access_token, fresh.claims().sub);

const result = {
  address: [...url.searchParams.keys()].sort(),
  claims,
  told,
  toldAgain,
  rotated: fresh.refresh_token !== tokens.refresh_token,
};
if (client_secret) {
  result.introspected = await client.tokenIntrospection(config, fresh.access_token);
  result.own = await client.clientCredentialsGrant(config);
}
const farewell = client.buildEndSessionUrl(config, {
  id_token_hint: fresh.id_token,
  post_logout_redirect_uri: LOGGED_OUT_URI,
  state: "bye",
});
result.farewell = await visit(farewell);
result.afterLogout = await refusal(client.fetchUserInfo(config, fresh.access_token, claims.sub));
await client.tokenRevocation(config, fresh.refresh_token);
result.afterRevocation = await refusal(client.refreshTokenGrant(config, fresh.refresh_token));
finish(result);
