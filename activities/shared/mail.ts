import { createTransport } from 'nodemailer';
import { MessageRefused, type Sender } from './sender.js';

const timeoutMs = 5_000;

/** Mail by SMTP. The Message-ID follows from the idempotency key, so a second copy is known as one by what receives it. */
export function createMailSender({ url, from }: { url: string; from: string }): Sender & { close(): void } {
  const transport = createTransport(
    { url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { from },
  );
  return {
    async send({ idempotencyKey, to, subject, text }) {
      const messageId = `<${idempotencyKey.replaceAll('/', '.')}@millrace>`;
      await transport.sendMail({ to, subject, text, messageId }).catch((error: unknown) => {
        throw isPermanent(error) ? new MessageRefused() : error;
      });
      return messageId;
    },
    close: () => transport.close(),
  };
}

/** A reply of 5xx is final (RFC 5321, 4.2.1). */
function isPermanent(error: unknown): boolean {
  const { responseCode } = Object(error) as { responseCode?: unknown };
  return typeof responseCode === 'number' && responseCode >= 500;
}
