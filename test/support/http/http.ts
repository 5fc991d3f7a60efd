export interface RawAnswer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface RawRequest {
  token?: string | undefined;
  /** An object is sent as JSON, a string unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Calls of any kind, right or wrong, with any answer. */
export function createRawClient(baseUrl: string) {
  return async (
    method: string,
    path: string,
    { token, body, headers = {} }: RawRequest = {},
  ): Promise<RawAnswer> => {
    const response = await fetch(new URL(path, baseUrl), {
      method: method.toUpperCase(),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: asJson(text), headers: response.headers };
  };
}
export type RawClient = ReturnType<typeof createRawClient>;

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Two answers that must not differ are compared by everything but the id of the request. */
export function answerOf({ status, body }: RawAnswer): string {
  const { request_id: _own, ...rest } = Object(body) as Record<string, unknown>;
  return `${status} ${JSON.stringify(rest)}`;
}

export const codeOf = ({ status, body }: RawAnswer): string =>
  `${status} ${String((Object(body) as Record<string, unknown>)['error_code'])}`;
