import createFetchClient, { type Client, type ClientOptions, type Middleware } from 'openapi-fetch';
import type { components, operations, paths } from './openapi.js';

export type { components, operations, paths };
/** The named schemas of the API, such as `Schemas['Reservoir']`. */
export type Schemas = components['schemas'];
export type ErrorCode = Schemas['Error']['error_code'];

export interface MillraceOptions extends Pick<ClientOptions, 'fetch'> {
  /** Such as `http://127.0.0.1:3000`. */
  baseUrl: string;
  /**
   * An access token, or what gives the one of the moment; requests without it are made as nobody.
   */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
}
/**
 * A method each for GET, POST, PATCH …, which knows the paths, what they take and what they answer.
 */
export type MillraceClient = Client<paths>;

export function createMillraceClient({ baseUrl, token, fetch }: MillraceOptions): MillraceClient {
  const client = createFetchClient<paths>({ baseUrl, ...(fetch ? { fetch } : {}) });
  const signedIn: Middleware = {
    async onRequest({ request }) {
      const current = typeof token === 'function' ? await token() : token;
      if (current !== undefined) request.headers.set('authorization', `Bearer ${current}`);
      return request;
    },
  };
  client.use(signedIn);
  return client;
}

/**
 * A refusal of the API, or its failure. Branch on `code`; `details` say more, and `requestId` is
 * what support asks for.
 */
export class MillraceError extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode | undefined,
    readonly details: Readonly<Record<string, unknown>>,
    readonly requestId: string | undefined,
    message: string,
  ) {
    super(message);
    this.name = 'MillraceError';
  }
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * What was answered, or the refusal thrown:
 * `const site = await answered(client.GET('/v1/sites/{site_id}', …))`.
 */
export async function answered<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok) return data as Data;
  const {
    error_code: code,
    message,
    details,
    request_id: requestId,
  } = Object(error) as Partial<Schemas['Error']>;
  throw new MillraceError(
    response.status,
    code,
    details ?? {},
    requestId,
    message ?? response.statusText,
  );
}
