import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createIdentityApi, password, type IdentityApi } from '../../identity/identity-api.js';

let api: IdentityApi;
let victim: { email: string; userId: string };
beforeAll(async () => {
  api = await createIdentityApi();
  victim = await api.signUp(`kim-victim-${randomBytes(4).toString('hex')}@example.com`);
});
afterAll(() => api.drop());

const post = (path: string, body: object) => api.request.post(`/v1/auth/${path}`).send(body);
/** The addresses of a user's messages. */
async function recipientsOf(userId: string): Promise<unknown[]> {
  const { rows } = await api.admin.query<{ identifier: string }>(
    'select distinct c.identifier from identity.token_channels c join identity.tokens t using (token_id) where t.user_id = $1',
    [userId],
  );
  return rows.map(({ identifier }) => identifier);
}
const localPart = () => victim.email.split('@')[0] ?? '';

/** Spellings of a victim's address, to be taken for the victim's, or to be sent elsewhere too. */
const shapes: readonly [name: string, email: () => string][] = [
  ['a Cyrillic letter', () => victim.email.replace('i', '\u0456')],
  ['a Greek letter in the domain', () => victim.email.replace('example', 'ex\u03b1mple')],
  ['a dotless i', () => victim.email.replace('i', '\u0131')],
  ['the sign of the kelvin', () => victim.email.replace('k', '\u212a')],
  ['wide letters', () => victim.email.replace('v', '\uff56')],
  ['a combining mark', () => victim.email.replace('v', 'v\u0301')],
  ['a letter of no width', () => victim.email.replace('v', 'v\u200b')],
  ['a soft hyphen', () => victim.email.replace('v', 'v\u00ad')],
  ['the other direction', () => `\u202e${victim.email}`],
  ['a wide at', () => victim.email.replace('@', '\uff20')],
  ['quotes', () => `"${localPart()}"@example.com`],
  ['quotes and a space', () => `"${localPart()} x"@example.com`],
  ['a comment', () => `${localPart()}(x)@example.com`],
  ['a comment in the domain', () => `${localPart()}@(x)example.com`],
  ['a name before it', () => `Victim <${victim.email}>`],
  ['two addresses', () => `${victim.email},stranger@example.org`],
  ['two addresses and a semicolon', () => `${victim.email};stranger@example.org`],
  ['two ats', () => `${victim.email}@example.org`],
  ['a route', () => `@example.org:${victim.email}`],
  ['a per cent', () => `${localPart()}%example.com@example.org`],
  ['an exclamation', () => `example.com!${localPart()}@example.org`],
  ['a further recipient', () => `${victim.email}\r\nBcc: stranger@example.org`],
  ['a further line', () => `${victim.email}\nX: y`],
  ['an encoded line', () => `${victim.email}%0d%0aBcc:stranger@example.org`],
  ['a NUL', () => `${victim.email}\0@example.org`],
  ['a tab', () => victim.email.replace('@', '\t@')],
  ['a dot at its end', () => `${victim.email}.`],
  ['two dots', () => victim.email.replace('-', '..')],
  ['a number for the domain', () => `${localPart()}@[127.0.0.1]`],
  ['an address of IPv6', () => `${localPart()}@[IPv6:::1]`],
  ['a domain of this machine', () => `${localPart()}@localhost`],
  ['a tag', () => victim.email.replace('@', '+x@')],
  ['SQL', () => `'or'1'='1@example.com`],
];

describe('an address with', () => {
  it.each(shapes)('%s is refused, or is one of its own', async (_name, write) => {
    const email = write();
    const { status, body } = await post('register', { email, password });
    expect([200, 422]).toContain(status);
    expect((await post('login', { username: email, password })).status).not.toBe(200);
    if (status !== 200) return;
    expect(body.user_id).not.toBe(victim.userId);
    const recipients = await recipientsOf(body.user_id as string);
    expect(recipients).not.toContain(victim.email);
    for (const recipient of recipients) expect(recipient).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/);
  });

  it('other letters of the same alphabet is the same', async () => {
    for (const email of [victim.email.toUpperCase(), ` ${victim.email} `]) {
      const { status, body } = await post('register', { email, password });
      expect([email, status, body.error_code]).not.toEqual([email, 200, undefined]);
    }
    await post('login', { username: victim.email.toUpperCase(), password }).expect(200);
  });
});

describe('a phone number with', () => {
  it.each([
    '+254 712 345 678',
    '+254712345678,+254712345679',
    '+254712345678\r\nX: y',
    '00254712345678',
    '+0712345678',
  ])('%j is refused', async (phone) => {
    await post('register', { phone_e164: phone, password }).expect(422);
  });
  it.each([
    '+２５４７１２３４５６７８',
    '+254712345678;ext=1',
    'tel:+254712345678',
    '+1',
    '+'.padEnd(40, '1'),
  ])('%j is refused, too', async (phone) => {
    await post('register', { phone_e164: phone, password }).expect(422);
  });
});
