// How the scripts speak with the test: settings come in the environment, a line of JSON asks the person
// to visit an address, a line of JSON says what became of the visit, the last line is the script's result.
// It is imported first, for Debian 12's Node.js 18 lacks a global that the clients count on.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const { ISSUER, CLIENT, REDIRECT_URI, LOGGED_OUT_URI } = process.env;
export const registered = JSON.parse(CLIENT);

// Returns the address at which the person arrives.
export async function visit(url) {
  console.log(JSON.stringify({ visit: String(url) }));
  const { value } = await lines.next();
  return new URL(JSON.parse(value).arrived);
}

export function finish(result) {
  console.log(JSON.stringify({ result }));
  process.exit(0);
}

// Returns the code of the error with which the promise is rejected.
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error.error ?? error.code ?? String(error);
  }
  throw new Error("This should have been refused.");
}
