import { MessageRefused, type Sender } from './sender.js';

interface SmsGateway {
  url: string;
  accountSid: string;
  authToken: string;
  from: string;
}

const timeoutMs = 5_000;

/**
 * SMS by an HTTP gateway of Twilio's shape:
 * https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function createSmsSender({ url, accountSid, authToken, from }: SmsGateway): Sender {
  const endpoint = new URL(
    `2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`,
    url.replace(/\/?$/, '/'),
  );
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    async send({ idempotencyKey, to, text }) {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization, 'idempotency-key': idempotencyKey },
        body: new URLSearchParams({ To: to, From: from, Body: text }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const code = `HTTP_${response.status}`;
      if (response.status === 400) throw new MessageRefused(code);
      // The gateway's words may repeat the number, and an error's message is kept in histories: the
      // status only.
      if (!response.ok)
        throw Object.assign(new Error(`the SMS gateway answered ${response.status}`), { code });
      const { sid } = (await response.json()) as { sid?: unknown };
      return typeof sid === 'string' ? sid : idempotencyKey;
    },
  };
}
