import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { password } from '../support/actors.js';
import { createRawClient } from '../support/http.js';

/** People who register, one after the other; each answer makes an event, a workflow and a mail. */
export interface Newcomers {
  register(url: string, isOver: () => boolean): Promise<void>;
  /** Addresses whose registration was answered. */
  emails: readonly string[];
}

/** Slower than what one address may ask for. */
const pauseMs = 1_500;

export function createNewcomers(): Newcomers {
  const emails: string[] = [];
  return {
    async register(url, isOver) {
      const call = createRawClient(url);
      while (!isOver()) {
        const email = `newcomer-${randomBytes(6).toString('hex')}@example.com`;
        const answer = await call('post', '/v1/auth/register', { body: { email, password } }).catch(() => undefined);
        if (answer && answer.status < 300) emails.push(email);
        await sleep(pauseMs);
      }
    },
    emails,
  };
}
