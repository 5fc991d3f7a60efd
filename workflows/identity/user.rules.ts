import type { Identifiers, Recipient } from './user.contract.js';

export const minPasswordLength = 10;
/** Open registrations of an identifier; a further registration removes the oldest. */
export const maxRegistrations = 5;

/** Where codes go, phone first. */
export function recipientsOf({
  email,
  phoneE164,
}: { [Name in keyof Identifiers]: string | null | undefined }) {
  const recipients: Recipient[] = [];
  if (phoneE164) recipients.push({ channel: 'SMS', identifier: phoneE164 });
  if (email) recipients.push({ channel: 'EMAIL', identifier: email });
  return recipients;
}
