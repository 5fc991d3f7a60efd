/**
 * A client with the caller's types of answers, beside the document's; a refusal is an error with
 * the API's words.
 */
export function createClient(baseUrl: string, token?: string) {
  async function call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} was refused (${response.status}): ${text}`);
    return (text ? JSON.parse(text) : undefined) as Body;
  }
  return {
    get: <Body>(path: string) => call<Body>('GET', path),
    post: <Body>(path: string, body: object = {}) => call<Body>('POST', path, body),
    patch: <Body>(path: string, body: object) => call<Body>('PATCH', path, body),
    as: (accessToken: string) => createClient(baseUrl, accessToken),
  };
}

export type ApiClient = ReturnType<typeof createClient>;
