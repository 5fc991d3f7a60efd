import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';
import type { Provider } from '../providers-fixture.js';

export interface PushGateway extends Provider {
  /** In Google's form. */
  account: {
    project_id: string;
    client_email: string;
    private_key: string;
    private_key_id: string;
    token_uri: string;
  };
  /** Access tokens so far. */
  tokenCount: number;
  /** Tokens of no phone any more. */
  deadTokens: Set<string>;
  /** Whole messages on arrival. */
  messages: Record<string, unknown>[];
  /** Whether the token endpoint answers. */
  givesTokens: boolean;
  /** The newest access token. */
  access: string | undefined;
}
type Answer = readonly [status: number, body: object];

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sendPath = '/v1/projects/a-project/messages:send';

/** FCM v1 with the token endpoint of service accounts, as far as a sender needs. */
export async function startPushGateway(): Promise<PushGateway> {
  const server = createServer((request, response) => {
    void answerTo(gateway, request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway: PushGateway = {
    url,
    delivered: [],
    attempts: 0,
    mood: 'takes',
    account: {
      project_id: 'a-project',
      client_email: 'sender@a-project.example',
      private_key: String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      private_key_id: 'a-key',
      token_uri: `${url}/token`,
    },
    tokenCount: 0,
    deadTokens: new Set(),
    messages: [],
    givesTokens: true,
    access: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return gateway;
}

async function answerTo(gateway: PushGateway, request: IncomingMessage): Promise<Answer> {
  const body = await text(request);
  if (request.url === '/token')
    return gateway.givesTokens
      ? giveToken(gateway, body).catch((): Answer => [400, { error: 'invalid_grant' }])
      : [503, {}];
  if (request.url !== sendPath) return [404, {}];
  return request.headers.authorization === `Bearer ${gateway.access}`
    ? take(gateway, body)
    : [401, { error: { status: 'UNAUTHENTICATED' } }];
}

async function giveToken(gateway: PushGateway, body: string): Promise<Answer> {
  const form = new URLSearchParams(body);
  const { payload } = await jwtVerify(form.get('assertion') ?? '', keys.publicKey, {
    issuer: gateway.account.client_email,
    audience: gateway.account.token_uri,
    algorithms: ['RS256'],
  });
  if (
    form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer' ||
    payload['scope'] !== 'https://www.googleapis.com/auth/firebase.messaging'
  )
    return [400, { error: 'invalid_grant' }];
  gateway.tokenCount += 1;
  gateway.access = `access-${gateway.tokenCount}`;
  return [200, { access_token: gateway.access, expires_in: 3_600, token_type: 'Bearer' }];
}

function take(gateway: PushGateway, body: string): Answer {
  gateway.attempts += 1;
  const { message } = JSON.parse(body) as { message: Record<string, unknown> };
  const token = String(message['token']);
  if (gateway.deadTokens.has(token)) return refusal(404, token, 'UNREGISTERED');
  if (gateway.mood === 'refuses') return refusal(400, token, 'INVALID_ARGUMENT');
  if (gateway.mood === 'fails') return refusal(503, token, 'UNAVAILABLE');
  gateway.messages.push(message);
  const { body: shownText } = message['notification'] as { body: string };
  const { tag } = (message['android'] as { notification: { tag: string } }).notification;
  gateway.delivered.push({ to: token, text: shownText, key: tag });
  return [200, { name: `projects/a-project/messages/${gateway.attempts}` }];
}

/** With words repeating the token, as Google's may. */
const refusal = (status: number, token: string, errorCode: string): Answer => [
  status,
  { error: { code: status, message: `no ${token}`, details: [{ errorCode }] } },
];
