import { afterEach, describe, expect, it } from '@jest/globals';
import { noteDatabaseTime } from '../../db/connection/database-clock.js';
import { createDeviceTokens, deviceHeader } from '../../api/authentication/device-tokens.js';

const email = 'amina@example.com';
const tokens = createDeviceTokens({ key: 'a key of tests', isSecure: true });
const issued = (): string => tokens.remember(email)[deviceHeader] ?? '';
const by = (token: string, header = deviceHeader) => ({
  header: (name: string) => (name === header ? token : ''),
});
afterEach(() => {
  noteDatabaseTime(Date.now(), performance.now());
});

describe('the token of a device', () => {
  it('lets it be known to whom it was given, in the header or in the cookie, and by nobody else', () => {
    const token = issued();
    expect(tokens.deviceOf(by(token), email)).toMatch(/^[\w-]{16}$/);
    expect(tokens.deviceOf(by(`a=b; millrace_device=${token}; c=d`, 'Cookie'), email)).toMatch(
      /^[\w-]{16}$/,
    );
    expect(tokens.deviceOf(by(token), 'bo@example.com')).toBeUndefined();
    const other = createDeviceTokens({ key: 'another key', isSecure: true });
    expect(other.deviceOf(by(token), email)).toBeUndefined();
  });

  it('is worth nothing when any part of it is changed', () => {
    const parts = issued().split('.');
    for (const [index, part] of parts.entries()) {
      const changed = (part.startsWith('a') ? 'b' : 'a') + part.slice(1);
      const token = parts.map((each, n) => (n === index ? changed : each)).join('.');
      expect([token, tokens.deviceOf(by(token), email)]).toEqual([token, undefined]);
    }
    for (const none of ['', '..', parts.slice(0, 2).join('.'), `${issued()}.x`])
      expect(tokens.deviceOf(by(none), email)).toBeUndefined();
  });

  it('is forgotten after a year', () => {
    const token = issued();
    noteDatabaseTime(Date.now() + 364 * 86_400_000, performance.now());
    expect(tokens.deviceOf(by(token), email)).toBeDefined();
    noteDatabaseTime(Date.now() + 366 * 86_400_000, performance.now());
    expect(tokens.deviceOf(by(token), email)).toBeUndefined();
  });

  it('goes by TLS alone where the API does', () => {
    const insecure = createDeviceTokens({ key: 'a key of tests', isSecure: false });
    expect(tokens.remember(email)['Set-Cookie']).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    expect(insecure.remember(email)['Set-Cookie']).toMatch(/; HttpOnly; SameSite=Strict$/);
  });
});
