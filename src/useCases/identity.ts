/** Owns tokens that Baton signs itself where no issuer is configured: the key lives in the data folder, mode 0600. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTPayload,
} from 'jose';
import { isoFromSeconds, type Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';

/** Issuer and audience of the tokens that Baton signs. */
const LOCAL_NAME = 'baton';
/** How long a local token holds, in seconds: one working day and an evening. */
const TOKEN_SECONDS = 12 * 60 * 60;
const KEY_FILE = 'identity.key';

/** What a person's token says. */
export interface PersonClaims {
  readonly workspaceId: string;
  readonly email: string;
  /** When the person last showed who they are: `auth_time` (OpenID Connect Core 1.0, section 2) where the issuer tells it, else `iat`. */
  readonly signedInAt: string;
}

/** Makes and checks the tokens of people. */
export interface Identity {
  /** A token for a member. @throws FORBIDDEN where an outside issuer is configured */
  issue(claims: { workspaceId: string; email: string }): Promise<string>;
  /** @throws UNAUTHENTICATED for a token that is malformed, expired, foreign or signed by another key */
  verify(token: string): Promise<PersonClaims>;
}

/** An outside issuer: its name, where its keys are, and the audience it names. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
}

/** Identity with the key of the data folder, made on first use. */
export async function localIdentity(dataDir: string, clock: Clock): Promise<Identity> {
  const { d, ...publicJwk } = await readOrMakeKey(dataDir);
  const publicKey = await importJWK(publicJwk, 'EdDSA');
  const privateKey = await importJWK({ ...publicJwk, ...(d === undefined ? {} : { d }) }, 'EdDSA');
  return {
    issue: ({ workspaceId, email }) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ workspace: workspaceId, email })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer(LOCAL_NAME)
        .setAudience(LOCAL_NAME)
        .setIssuedAt(now)
        .setExpirationTime(now + TOKEN_SECONDS)
        .sign(privateKey);
    },
    verify: (token) =>
      checked(async () => {
        const options = { issuer: LOCAL_NAME, audience: LOCAL_NAME, algorithms: ['EdDSA'], currentDate: clock.now() };
        return (await jwtVerify(token, publicKey, options)).payload;
      }),
  };
}

/** Identity of an outside issuer, whose keys are fetched and kept by the library. */
export function remoteIdentity(settings: IssuerSettings, clock: Clock): Identity {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl));
  return {
    issue: () => {
      throw new AppError('FORBIDDEN', `Tokens come from ${settings.issuer}; Baton signs none here.`, {
        hint: 'Unset JWT_ISSUER to use local tokens.',
      });
    },
    verify: (token) =>
      checked(async () => {
        const options = { issuer: settings.issuer, audience: settings.audience, currentDate: clock.now() };
        return (await jwtVerify(token, keys, options)).payload;
      }),
  };
}

async function checked(verify: () => Promise<JWTPayload>): Promise<PersonClaims> {
  const payload = await verify().catch((cause: unknown) => {
    const expired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
    throw new AppError('UNAUTHENTICATED', expired ? 'The token has expired.' : 'The token is not valid here.', {
      cause,
      hint: 'Get a new one with `baton token --as EMAIL`, or from your issuer.',
    });
  });
  const { workspace, email, iat, auth_time: authTime } = payload;
  if (typeof workspace !== 'string' || typeof email !== 'string' || typeof iat !== 'number') {
    throw new AppError('UNAUTHENTICATED', 'The token names no workspace, no email or no sign-in time.');
  }
  const signedIn = typeof authTime === 'number' ? authTime : iat;
  return { workspaceId: workspace, email: email.toLowerCase(), signedInAt: isoFromSeconds(signedIn) };
}

async function readOrMakeKey(dataDir: string): Promise<JWK> {
  const path = join(dataDir, KEY_FILE);
  if (!existsSync(path)) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    await writeFile(path, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600, flag: 'wx' }).catch(
      ignoreExisting,
    );
  }
  return JSON.parse(await readFile(path, 'utf8')) as JWK;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
