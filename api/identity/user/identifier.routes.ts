import type { IdentifierChangeRecords } from '../../../db/identity/registration/identifier-change.records.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import { identifiersOf } from '../../route/identifier.js';
import { route, signedIn, type Route } from '../../route/route.js';
import {
  emailChange,
  phoneChange,
  requestedEmailChange,
  requestedPhoneChange,
} from './identifier.schemas.js';

interface IdentifierParts {
  changes: IdentifierChangeRecords;
}

const tag = 'Identity';
const description =
  'Proved by the code at `POST /v1/auth/verify-identifier`, with this session; the one before stays until then, and is told. ' +
  'What somebody else has is answered alike, and no code goes there.';
const audit = { action: 'identifier.request', subject: 'user', id: null } as const;

/** The only recipient of a body with one identifier. */
function recipientOf(body: { email?: string; phone_e164?: string }) {
  const [recipient] = recipientsOf(identifiersOf(body));
  if (!recipient) throw new Error('a change is of an identifier');
  return recipient;
}

export const createIdentifierRoutes = ({ changes }: IdentifierParts): Route[] => [
  route({
    method: 'post',
    path: '/v1/me/identifiers/email',
    operationId: 'changeEmail',
    summary: 'Add or replace my address',
    description,
    tag,
    access: signedIn(),
    limit: 'auth',
    sendsCode: true,
    audit,
    body: emailChange,
    responses: { 200: requestedEmailChange },
  }).handledBy(async ({ caller, body, audited }) => {
    const recipient = recipientOf(body);
    const { isProved, sentVia } = await changes.request(caller, recipient, audited);
    return {
      status: 200,
      body: { email: recipient.identifier, ...standingOf(isProved), otp_sent_via: sentVia },
    };
  }),
  route({
    method: 'post',
    path: '/v1/me/identifiers/phone',
    operationId: 'changePhone',
    summary: 'Add or replace my number',
    description,
    tag,
    access: signedIn(),
    limit: 'auth',
    sendsCode: true,
    audit,
    body: phoneChange,
    responses: { 200: requestedPhoneChange },
  }).handledBy(async ({ caller, body, audited }) => {
    const recipient = recipientOf(body);
    const { isProved, sentVia } = await changes.request(caller, recipient, audited);
    return {
      status: 200,
      body: { phone_e164: recipient.identifier, ...standingOf(isProved), otp_sent_via: sentVia },
    };
  }),
  createRemoval(changes, 'email', 'EMAIL'),
  createRemoval(changes, 'phone', 'SMS'),
];

const standingOf = (isProved: boolean) => ({
  verification_state: isProved ? ('VERIFIED' as const) : ('PENDING' as const),
});

const createRemoval = (
  changes: IdentifierChangeRecords,
  name: 'email' | 'phone',
  channel: Channel,
): Route =>
  route({
    method: 'delete',
    path: `/v1/me/identifiers/${name}`,
    operationId: name === 'email' ? 'removeEmail' : 'removePhone',
    summary: name === 'email' ? 'Remove my address' : 'Remove my number',
    description: 'With a change of it on the way. The last proved one stays.',
    tag,
    access: signedIn(),
    audit: { action: 'identifier.remove', subject: 'user', id: null },
    responses: { 204: null },
    errors: ['LAST_IDENTIFIER'],
  }).handledBy(async ({ caller, audited }) => {
    await changes.remove(caller, channel, audited);
    return { status: 204 };
  });
