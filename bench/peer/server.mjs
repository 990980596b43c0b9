// The peer: oidc-provider on Redis, set up for what the benchmark asks of every system.
// One client, one person, an RS256 key of 2048 bits, rotated refresh tokens, argon2id as ours.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Algorithm, hash, verify } from "@node-rs/argon2";
import { Redis } from "ioredis";
import { Provider } from "oidc-provider";

const asked = JSON.parse(process.argv[2]);
const redis = new Redis(asked.redis);
const ONCE = new Set(["AuthorizationCode", "RefreshToken"]);
const OF_GRANT = new Set(["AccessToken", "AuthorizationCode", "RefreshToken"]);

// One key a thing; codes and refresh tokens also remember that they were used, and grants what hangs on them.
class Store {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `peer:${this.model}:${id}`;
  }

  async upsert(id, payload, seconds) {
    const key = this.key(id);
    const pipe = redis.pipeline().set(key, JSON.stringify(payload), "EX", seconds);
    if (OF_GRANT.has(this.model) && payload.grantId) {
      pipe.sadd(`peer:of:${payload.grantId}`, key).expire(`peer:of:${payload.grantId}`, 1209600);
    }
    if (this.model === "Session") pipe.set(`peer:uid:${payload.uid}`, id, "EX", seconds);
    await pipe.exec();
  }

  async find(id) {
    const key = this.key(id);
    if (!ONCE.has(this.model)) return parsed(await redis.get(key));
    const [payload, consumed] = await redis.mget(key, `${key}:used`);
    return payload ? { ...JSON.parse(payload), ...(consumed && { consumed: Number(consumed) }) } : undefined;
  }

  async findByUid(uid) {
    const id = await redis.get(`peer:uid:${uid}`);
    return id ? this.find(id) : undefined;
  }

  async consume(id) {
    await redis.set(`${this.key(id)}:used`, Math.floor(Date.now() / 1000), "EX", 1209600);
  }

  async destroy(id) {
    await redis.del(this.key(id));
  }

  async revokeByGrantId(grantId) {
    const keys = await redis.smembers(`peer:of:${grantId}`);
    await redis.del(`peer:of:${grantId}`, ...keys);
  }
}

function parsed(text) {
  return text ? JSON.parse(text) : undefined;
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const argon = { algorithm: Algorithm.Argon2id, ...asked.argon2 };
const known = await hash(asked.password, argon);
const DAY = 86400;

const provider = new Provider(asked.issuer, {
  adapter: Store,
  clients: [
    {
      client_id: asked.client_id,
      client_secret: asked.client_secret,
      redirect_uris: [asked.redirect_uri],
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
      response_types: ["code"],
      id_token_signed_response_alg: "RS256",
    },
  ],
  claims: { openid: ["sub"], profile: ["name"] },
  conformIdTokenClaims: true,
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: "张三丰" }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: () => true,
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
  // Who allowed it once is not asked again, as with ours.
  async loadExistingGrant(context) {
    const { client, session } = context.oidc;
    const id = session.grantIdFor(client.clientId);
    if (id) return provider.Grant.find(id);
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
  rotateRefreshToken: true,
  routes: { authorization: "/authorize", introspection: "/introspect", token: "/token", userinfo: "/userinfo" },
  ttl: { AccessToken: DAY, ClientCredentials: DAY, Grant: DAY, IdToken: 600, RefreshToken: DAY, Session: DAY },
});

const answer = provider.callback();
const FORM = '<!doctype html><title>Sign in</title><form method="post"><input name="username"><input name="password"></form>';

async function signIn(request, response) {
  if (request.method === "GET") {
    await provider.interactionDetails(request, response);
    response.setHeader("Content-Type", "text/html");
    return response.end(FORM);
  }
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  if (form.get("username") !== asked.username || !(await verify(known, form.get("password") ?? ""))) {
    response.statusCode = 403;
    return response.end();
  }
  return provider.interactionFinished(request, response, { login: { accountId: asked.username } });
}

function refuse(response) {
  return () => {
    response.statusCode = 400;
    response.end();
  };
}

createServer((request, response) => {
  if (request.url.startsWith("/interaction/")) signIn(request, response).catch(refuse(response));
  else answer(request, response);
}).listen(asked.port, "127.0.0.1");
