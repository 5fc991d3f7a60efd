import { createMillraceClient, MillraceError, type MillraceClient } from '../../client/index.js';
import { StartupFailure } from '../../processes/startup-failure.js';

export type { MillraceClient };

/** The client that an app developer would use, as somebody who has signed in, or as nobody. */
export const createDemoClient = (baseUrl: string, token?: string): MillraceClient =>
  createMillraceClient({ baseUrl, token });

/** Every refusal ends the story with what the API said; so does its absence. */
export function asEnd(error: unknown, baseUrl: string): unknown {
  if (error instanceof MillraceError)
    return new StartupFailure(
      `The API refused it (${error.status} ${String(error.code)}): ${error.message} ${JSON.stringify(error.details)}`,
    );
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new StartupFailure(`Nothing answers at ${baseUrl}. Run npm start first, in another terminal.`);
  return error;
}
