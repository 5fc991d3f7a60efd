import { failure } from '../../workflows/shared/failure.js';
import { bearerToken } from './guard.js';
import { isSession, type Authenticator, type SessionCaller } from '../route/caller.js';

/** The session of a route open to anyone: an access token is optional there, but must be valid. */
export async function optionalSession(
  authenticator: Pick<Authenticator, 'authenticate'>,
  { header }: { header(name: string): string },
): Promise<SessionCaller | undefined> {
  const authorization = header('Authorization');
  if (authorization === '') return undefined;
  const caller = await authenticator.authenticate(bearerToken(authorization));
  if (!isSession(caller)) throw failure('UNAUTHENTICATED');
  return caller;
}
