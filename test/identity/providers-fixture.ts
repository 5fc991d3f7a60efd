import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

interface Delivered {
  to: string;
  text: string;
  /** Identifies a second copy. */
  key: string;
}

/** A real server of the provider's protocol that a test can switch to refusing. */
export interface Provider {
  url: string;
  delivered: Delivered[];
  attempts: number;
  /** Answer to the messages to come: take, fail for now, or refuse for good. */
  mood: 'takes' | 'fails' | 'refuses';
  close(): Promise<void>;
}

export async function startMailServer(): Promise<Provider> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_address, _session, callback) {
      provider.attempts += 1;
      if (provider.mood === 'takes') return callback();
      callback(
        Object.assign(new Error('not now'), {
          responseCode: provider.mood === 'fails' ? 451 : 550,
        }),
      );
    },
    onData(stream, _session, callback) {
      void text(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((mail) => {
          provider.delivered.push({
            to: mail.to?.[0]?.address ?? '',
            text: mail.text ?? '',
            key: mail.messageId ?? '',
          });
          callback();
        }, callback);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  const provider: Provider = {
    url: `smtp://127.0.0.1:${port}`,
    delivered: [],
    attempts: 0,
    mood: 'takes',
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
  return provider;
}

export const smsAccount = { accountSid: 'AC-test', authToken: 'sms-secret', from: '+15550001' };

/** Twilio's message resource, as far as a sender needs. */
export async function startSmsGateway(): Promise<Provider> {
  const authorization = `Basic ${Buffer.from(`${smsAccount.accountSid}:${smsAccount.authToken}`).toString('base64')}`;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      provider.attempts += 1;
      const isKnown =
        request.headers.authorization === authorization &&
        request.url === '/2010-04-01/Accounts/AC-test/Messages.json';
      const status = !isKnown ? 401 : { takes: 201, fails: 503, refuses: 400 }[provider.mood];
      const form = new URLSearchParams(body);
      if (status === 201)
        provider.delivered.push({
          to: form.get('To') ?? '',
          text: form.get('Body') ?? '',
          key: String(request.headers['idempotency-key']),
        });
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ sid: `SM${provider.attempts}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delivered: [],
    attempts: 0,
    mood: 'takes',
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
