import { createMillraceClient, MillraceError, type MillraceClient } from '../../client/index.js';
import { StartupFailure } from '../../processes/startup-failure.js';

/** The client of an app developer, as a signed-in user, or without a user. */
export const createDemoClient = (baseUrl: string, token?: string): MillraceClient =>
  createMillraceClient({ baseUrl, token });

/** A refusal by the API, or an absent API, ends the story with a message. */
export function asEnd(error: unknown, baseUrl: string): unknown {
  if (error instanceof MillraceError)
    return new StartupFailure(
      `The API refused it (${error.status} ${String(error.code)}): ${error.message} ${JSON.stringify(error.details)}`,
    );
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new StartupFailure(
      `Nothing answers at ${baseUrl}. Run npm start first, in another terminal.`,
    );
  return error;
}
