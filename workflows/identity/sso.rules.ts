import type { ErrorCode } from '../shared/error-codes.js';

/** A person signed in at a provider, as the provider says. */
export interface VouchedPerson {
  /** In normal form; undefined without a valid address. */
  email: string | undefined;
  isEmailVerified: boolean;
}

/**
 * The code for refusing a person without a link to a user; undefined for an address counting as
 * proved. A provider vouches only for the trusted domains.
 */
export function refusalOfAddress(
  { email, isEmailVerified }: VouchedPerson,
  trustedDomains: readonly string[],
): Extract<ErrorCode, 'SSO_EMAIL_NOT_VERIFIED' | 'SSO_LINK_REQUIRED'> | undefined {
  if (email === undefined || !isEmailVerified) return 'SSO_EMAIL_NOT_VERIFIED';
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return trustedDomains.includes(domain) ? undefined : 'SSO_LINK_REQUIRED';
}

/** The code for a person sent back by a provider without a sign-in. */
export const refusalOfProvider = (
  error: string,
): Extract<ErrorCode, 'SSO_DENIED' | 'SSO_PROVIDER_UNAVAILABLE'> =>
  error === 'server_error' || error === 'temporarily_unavailable'
    ? 'SSO_PROVIDER_UNAVAILABLE'
    : 'SSO_DENIED';

/** The longest time at a provider. */
export const ssoFlowSeconds = 600;
/** The life of a code for a page. */
export const ssoCodeSeconds = 60;
