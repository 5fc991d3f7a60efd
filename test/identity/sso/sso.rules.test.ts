import { expect, it } from '@jest/globals';
import { refusalOfAddress, refusalOfProvider } from '../../../workflows/identity/sso.rules.js';

const domains = ['acme.example'];

it.each([
  [undefined, true, 'SSO_EMAIL_NOT_VERIFIED'],
  ['amina@acme.example', false, 'SSO_EMAIL_NOT_VERIFIED'],
  ['amina@other.example', true, 'SSO_LINK_REQUIRED'],
  ['amina@acme.example.evil.example', true, 'SSO_LINK_REQUIRED'],
  ['amina@evilacme.example', true, 'SSO_LINK_REQUIRED'],
  ['amina@acme.example', true, undefined],
])('takes an address for proved only as the provider may vouch for it: %s, %s', (...row) => {
  const [email, isEmailVerified, refusal] = row;
  expect(refusalOfAddress({ email, isEmailVerified }, domains)).toBe(refusal);
});

it('trusts a provider without domains with nobody', () => {
  const person = { email: 'amina@acme.example', isEmailVerified: true };
  expect(refusalOfAddress(person, [])).toBe('SSO_LINK_REQUIRED');
});

it.each([
  ['access_denied', 'SSO_DENIED'],
  ['login_required', 'SSO_DENIED'],
  ['server_error', 'SSO_PROVIDER_UNAVAILABLE'],
  ['temporarily_unavailable', 'SSO_PROVIDER_UNAVAILABLE'],
])('reads the provider’s error %s as %s', (error, code) => {
  expect(refusalOfProvider(error)).toBe(code);
});
