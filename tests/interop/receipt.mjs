// Checks a receipt with a library that knows nothing of this provider, by the saved key document alone.
import { webcrypto } from "node:crypto";
import { compactVerify, importJWK, decodeProtectedHeader, jwtVerify } from "jose";

globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const { RECEIPT, HISTORY, AUDIENCE } = process.env;
const document = JSON.parse(Buffer.from(HISTORY.split(".")[1], "base64url").toString());
const keyOf = (token) => {
  const { kid, alg } = decodeProtectedHeader(token);
  const { exp, iat, revoked, ...jwk } = document.keys.find((key) => key.kid === kid);
  return importJWK(jwk, alg);
};
await compactVerify(HISTORY, await keyOf(HISTORY));
const { payload, protectedHeader } = await jwtVerify(RECEIPT, await keyOf(RECEIPT), {
  audience: AUDIENCE,
  issuer: document.iss,
  typ: "receipt+jwt",
});
console.log(JSON.stringify({ payload, kid: protectedHeader.kid }));
