import { createTransport } from 'nodemailer';
import { MessageRefused, type Sender } from './sender.js';

const timeoutMs = 5_000;

/**
 * Mail by SMTP. The Message-ID follows from the idempotency key, so a receiver recognises a second
 * copy.
 */
export function createMailSender({
  url,
  from,
}: {
  url: string;
  from: string;
}): Sender & { close(): void } {
  const transport = createTransport(
    { url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { from },
  );
  return {
    async send({ idempotencyKey, to, subject, text }) {
      const messageId = `<${idempotencyKey.replaceAll('/', '.')}@millrace>`;
      await transport.sendMail({ to, subject, text, messageId }).catch((error: unknown) => {
        const { responseCode } = Object(error) as { responseCode?: unknown };
        throw isPermanent(responseCode) ? new MessageRefused(`SMTP_${responseCode}`) : error;
      });
      return messageId;
    },
    close: () => transport.close(),
  };
}

/** A reply of 5xx is final (RFC 5321, 4.2.1). */
const isPermanent = (responseCode: unknown): responseCode is number =>
  typeof responseCode === 'number' && responseCode >= 500;
