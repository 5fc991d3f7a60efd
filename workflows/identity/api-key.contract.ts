/** Live keys of an account at once. */
export const maxApiKeysAnAccount = 50;
/** A key without a stated end is good for a quarter; no key is good for more than a year. */
export const defaultApiKeyDays = 90;
export const maxApiKeyDays = 365;
