import { createHash } from 'node:crypto';
import { createPushAccess, type ServiceAccount } from './push-access.js';
import { MessageRefused, type Sender } from './sender.js';

interface PushGateway {
  /** Of Firebase Cloud Messaging. */
  url: string;
  account: ServiceAccount;
  /** Called for a token of no phone or browser any more. */
  onDeadToken(token: string): Promise<void>;
}

const timeoutMs = 5_000;

/**
 * Pushes by Firebase Cloud Messaging, HTTP v1:
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send
 */
export function createPushSender({ url, account, onDeadToken }: PushGateway): Sender {
  const project = encodeURIComponent(account.project_id);
  const endpoint = new URL(`v1/projects/${project}/messages:send`, url.replace(/\/?$/, '/'));
  const access = createPushAccess(account);

  const post = async (message: object): Promise<Response> =>
    fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await access.token()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ message }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });

  async function postAgainIfUnknown(message: object): Promise<Response> {
    const response = await post(message);
    if (response.status !== 401) return response;
    // An access token may end before its time.
    access.forget();
    return post(message);
  }

  return {
    async send({ idempotencyKey, to, subject, text }) {
      const response = await postAgainIfUnknown(messageOf(idempotencyKey, to, subject, text));
      if (response.ok) return nameIn(await response.json()) ?? idempotencyKey;
      const code = codeIn(await response.json().catch(() => undefined));
      if (response.status === 404 && code === 'UNREGISTERED') {
        await onDeadToken(to);
        throw new MessageRefused(code);
      }
      if (refusals.has(code ?? '')) throw new MessageRefused(code);
      // The gateway's words may repeat the token, and an error's message is kept in histories: the
      // status only.
      throw Object.assign(new Error(`the push gateway answered ${response.status}`), {
        code: `HTTP_${response.status}`,
      });
    },
  };
}

/** Answers a repeat would not change; none says anything of the token's phone. */
const refusals = new Set(['INVALID_ARGUMENT', 'SENDER_ID_MISMATCH']);

/** A second copy takes the place of the first on the screen: the gateway knows no repeats. */
function messageOf(idempotencyKey: string, token: string, title: string, body: string): object {
  const tag = createHash('sha256').update(idempotencyKey).digest('base64url');
  return {
    token,
    notification: { title, body },
    android: { collapse_key: tag, notification: { tag } },
    apns: { headers: { 'apns-collapse-id': tag } },
    webpush: { notification: { tag } },
  };
}

function nameIn(answer: unknown): string | undefined {
  const { name } = Object(answer) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

function codeIn(answer: unknown): string | undefined {
  const { error } = Object(answer) as { error?: unknown };
  const { status, details } = Object(error) as { status?: unknown; details?: unknown };
  const codes = (Array.isArray(details) ? details : []).map(
    (detail) => (Object(detail) as { errorCode?: unknown }).errorCode,
  );
  return [...codes, status].find(
    (each) => typeof each === 'string' && /^[A-Z_]{1,40}$/.test(each),
  ) as string | undefined;
}
