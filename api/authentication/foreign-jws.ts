import {
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type ProtectedHeaderParameters,
} from 'jose';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { ForeignAlgorithm } from '../../processes/issuer-settings.js';
import { isCanonicalJws } from './canonical-jws.js';
import type { RemoteKeys } from './remote-keys.js';

/** A foreign token is not valid. */
export class ForeignTokenRefused extends Error {}

/** Allowed difference to the clocks of others. */
const skewSeconds = 30;

interface ForeignCheck {
  keys: RemoteKeys;
  algorithms: readonly ForeignAlgorithm[];
  issuer: string;
  requiredClaims: readonly string[];
  audience?: string;
}

/**
 * The claims of a token signed by another's key. Throws ForeignTokenRefused for every other token,
 * and SERVICE_UNAVAILABLE while the other's keys are not known.
 */
export async function verifyForeign(token: string, check: ForeignCheck): Promise<JWTPayload> {
  const header = headerOf(token);
  const alg = check.algorithms.find((each) => each === header.alg);
  if (alg === undefined) throw new ForeignTokenRefused('its algorithm is not allowed');
  const { kid } = header as { kid?: unknown };
  if (kid !== undefined && typeof kid !== 'string')
    throw new ForeignTokenRefused('its key has no name');
  const key = await check.keys.find({ kid, alg });
  if (!key) throw new ForeignTokenRefused('no key fits');
  const options: JWTVerifyOptions = {
    algorithms: [alg],
    issuer: check.issuer,
    requiredClaims: [...check.requiredClaims],
    clockTolerance: skewSeconds,
    currentDate: new Date(databaseNow()),
    ...(check.audience === undefined ? {} : { audience: check.audience }),
  };
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    // The library throws a TypeError for an unsuitable key or signature.
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      throw new ForeignTokenRefused('it is not valid');
    throw error;
  }
}

/** Header parameters of a token bringing a key along, or demanding more than a signature. */
const refusedParameters = ['jwk', 'jku', 'x5u', 'x5c', 'crit'] as const;

function headerOf(token: string): ProtectedHeaderParameters {
  if (!isCanonicalJws(token)) throw new ForeignTokenRefused('it is no token');
  try {
    const header = decodeProtectedHeader(token);
    if (!refusedParameters.some((name) => name in header)) return header;
  } catch {
    // No JSON, or no object.
  }
  throw new ForeignTokenRefused('its header is wrong');
}
