import type { Channel, TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import type { Identifiers, Recipient } from '../../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { bytes, integer, textOf, uuid } from '../../connection/column.js';
import type { Database, ReadScope, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes, type OtpCodes } from '../../secrets/otp-codes.js';
import { newId } from '../../shared/id.js';
import { firstChannelOf } from '../code/code-channel.records.js';
import { takeRequest } from '../code/code-standing.records.js';
import { issueOtp, type OtpRequest, type SendLimit } from '../code/otp.records.js';
import {
  findProvedHolder,
  hasUnproved,
  identifierColumns,
  identifierParameters,
  lockIdentifiers,
} from '../user/identifier.records.js';
import { User } from '../user/user.model.js';
import { registrationViews } from './registration.views.js';

interface CodeRequestParts {
  database: Pick<Database, 'transaction'>;
  otpKey: string;
  sendLimit: SendLimit;
}

const purpose = 'VERIFY_IDENTIFIER' as const;

export function createCodeRequestRecords({ database, otpKey, sendLimit }: CodeRequestParts) {
  const codes = createOtpCodes(otpKey);
  return {
    /**
     * Requests another code for an identifier of a registration or of the signed-in user. Returns
     * the channel; null shortly after another request or without a provider, and alike for a proved
     * identifier or nobody's.
     */
    request: (
      identifiers: Identifiers,
      audited: AuditedRequest,
      userId?: string,
    ): Promise<Channel | null> =>
      database.transaction(platformContextOf(audited), (scope) =>
        requestCode(scope, { codes, sendLimit, audited }, identifiers, userId),
      ),
  };
}

export type CodeRequestRecords = ReturnType<typeof createCodeRequestRecords>;

interface Issuing {
  codes: OtpCodes;
  sendLimit: SendLimit;
  /** For an entry of the code's own; left out where the caller appends the entry. */
  audited?: AuditedRequest;
}

/** In a transaction of the platform; nothing goes to an identifier that another user has proved. */
export async function requestCode(
  scope: WriteScope,
  issuing: Issuing,
  identifiers: Identifiers,
  userId?: string,
): Promise<Channel | null> {
  const [recipient] = recipientsOf(identifiers);
  if (!recipient) throw new Error('a code is for an identifier');
  await lockIdentifiers(scope, identifiers);
  const isOwn = userId !== undefined && (await hasUnproved(scope, userId, identifiers));
  const { codes, sendLimit } = issuing;
  const identifierHash = codes.hashIdentifier(recipient.identifier, isOwn ? userId : undefined);
  if (!(await takeRequest(scope, { identifierHash, purpose }))) return null;
  const request = isOwn
    ? await ofOwner(scope, { userId, identifiers, recipient })
    : await ofRegistration(scope, identifiers, recipient);
  const isFull = await isSentEnough(scope, identifierHash, sendLimit);
  if (request && !isFull) await issue(scope, issuing, request);
  else await rehearse(scope, issuing, { identifiers, recipient });
  return firstChannelOf(scope, [recipient]);
}

interface OwnIdentifier {
  userId: string;
  identifiers: Identifiers;
  recipient: Recipient;
}

async function ofOwner(
  scope: ReadScope,
  { userId, identifiers, recipient }: OwnIdentifier,
): Promise<OtpRequest | undefined> {
  if (await findProvedHolder(scope, identifiers)) return undefined;
  return { userId, purpose, recipients: [recipient], isOwn: true };
}

async function issue(
  scope: WriteScope,
  { codes, sendLimit, audited }: Issuing,
  request: OtpRequest,
): Promise<void> {
  await issueOtp(scope, codes, request, sendLimit);
  if (audited) await appendAudit(scope, { ...audited, subjectId: request.userId });
}

/**
 * Does the work of sending a code and undoes everything: otherwise the response time would reveal
 * identifiers of nobody.
 */
async function rehearse(
  scope: WriteScope,
  issuing: Issuing,
  { identifiers, recipient }: { identifiers: Identifiers; recipient: Recipient },
): Promise<void> {
  const undone = new Error('rehearsed');
  const work = scope.attempt(async (step) => {
    const userId = newId();
    await User.query(step.transaction).insert({
      userId,
      status: 'PENDING_VERIFICATION',
      ...identifierColumns(identifiers),
    });
    await issue(step, issuing, { userId, purpose, recipients: [recipient] });
    throw undone;
  });
  await work.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
}

const sentCount = query({
  name: 'codeRequest.countSent',
  parameters: { identifierHash: bytes, purpose: textOf<TokenPurpose>(), windowSeconds: integer },
  row: { count: integer },
  text: `select count(*)::int as count from identity.tokens t
   where t.identifier_hash = :identifierHash and t.purpose = :purpose
     and t.created_at > now() - make_interval(secs => :windowSeconds)`,
});

/** The wait counts requests alone; the limit here counts registrations, too. */
async function isSentEnough(
  scope: ReadScope,
  identifierHash: Buffer,
  { max, windowSeconds }: SendLimit,
): Promise<boolean> {
  const [sent] = await scope.read(sentCount, { identifierHash, purpose, windowSeconds });
  return (sent?.count ?? 0) >= max;
}

const activeUser = query({
  name: 'codeRequest.activeUser',
  parameters: identifierParameters,
  row: { userId: uuid },
  text: `select u.user_id from identity.users u
   where u.status = 'ACTIVE' and (u.email = :email::public.citext and u.email_verified_at is null
     or u.phone_e164 = :phoneE164 and u.phone_verified_at is null)
   order by u.user_id desc limit 1`,
});

/** A further identifier of an active user, proved by the code and a session. */
async function ofActiveUser(
  scope: ReadScope,
  identifiers: Identifiers,
  recipient: Recipient,
): Promise<OtpRequest | undefined> {
  const [user] = await scope.read(activeUser, identifierColumns(identifiers));
  return user && { userId: user.userId, purpose, recipients: [recipient] };
}

/**
 * An identifier with a single attempt may fall back to the attempt's other identifier; with several
 * attempts the owner is unknown.
 */
async function ofRegistration(
  scope: ReadScope,
  identifiers: Identifiers,
  recipient: Recipient,
): Promise<OtpRequest | undefined> {
  // All look-ups run whatever the results: otherwise the response time would reveal them.
  const holder = await findProvedHolder(scope, identifiers);
  const attempts = await registrationViews(scope).live(identifiers);
  const ofActive = await ofActiveUser(scope, identifiers, recipient);
  const [newest] = attempts;
  if (holder) return undefined;
  if (!newest) return ofActive;
  const others =
    attempts.length > 1
      ? []
      : recipientsOf(newest).filter(({ channel }) => channel !== recipient.channel);
  return { userId: newest.userId, purpose, recipients: [recipient, ...others] };
}
