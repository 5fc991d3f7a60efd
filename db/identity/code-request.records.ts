import type { Channel } from '../../workflows/identity/otp.contract.js';
import type { Identifiers, Recipient } from '../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../workflows/identity/user.rules.js';
import { auditRequest } from '../shared/audit.js';
import { attempt, type Database, type Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { firstChannelOf } from './code-channel.records.js';
import { takeRequest } from './code-standing.records.js';
import { columnsOf, findProvedHolder, hasUnproved, lockIdentifiers } from './identifier.records.js';
import { issueOtp, type OtpRequest, type SendLimit } from './otp.records.js';
import { liveOn } from './registration.records.js';
import { User } from './user.model.js';

export interface CodeRequestParts {
  database: Database;
  otpKey: string;
  sendLimit: SendLimit;
}

const purpose = 'VERIFY_IDENTIFIER' as const;

export function createCodeRequestRecords({ database, otpKey, sendLimit }: CodeRequestParts) {
  const codes = createOtpCodes(otpKey);
  return {
    /**
     * Another code for an identifier: of a registration, or of the user who is signed in. Answers the way to it, or null while
     * one was asked for a moment ago or where no way has a provider, and the same of an identifier that is proved or nobody's.
     */
    request: (identifiers: Identifiers, userId?: string): Promise<Channel | null> =>
      database.inPlatform(async (trx) => {
        const [recipient] = recipientsOf(identifiers);
        if (!recipient) throw new Error('a code is for an identifier');
        await lockIdentifiers(trx, identifiers);
        const isOwn = userId !== undefined && (await hasUnproved(trx, userId, recipient));
        const identifierHash = codes.hashIdentifier(recipient.identifier, isOwn ? userId : undefined);
        if (!(await takeRequest(trx, identifierHash, purpose))) return null;
        const request = isOwn
          ? { userId, purpose, recipients: [recipient] as const, isOwn }
          : await ofRegistration(trx, identifiers, recipient);
        const isFull = await isSentEnough(trx, identifierHash);
        if (request && !isFull) await issue(trx, request);
        else await rehearse(trx, identifiers, recipient);
        return firstChannelOf(trx, [recipient]);
      }),
  };

  async function issue(trx: Transaction, request: OtpRequest): Promise<void> {
    await issueOtp(trx, codes, request, sendLimit);
    await auditRequest(trx, { subjectId: request.userId });
  }

  /** The work of a code for somebody, and nothing is left of it: else the time that the answer takes would tell of nobody. */
  async function rehearse(trx: Transaction, identifiers: Identifiers, recipient: Recipient): Promise<void> {
    const undone = new Error('rehearsed');
    const work = attempt(trx, async (step) => {
      const userId = newId();
      await User.query(step).insert({ userId, status: 'PENDING_VERIFICATION', ...identifiers });
      await issue(step, { userId, purpose, recipients: [recipient] });
      throw undone;
    });
    await work.catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  }

  /** The wait was counted by requests alone; this is the limit that registering counts against, too. */
  async function isSentEnough(trx: Transaction, identifierHash: Buffer): Promise<boolean> {
    const { rows } = await trx.raw<{ rows: { count: number }[] }>(
      `select count(*)::int as count from identity.tokens t where t.identifier_hash = ? and t.purpose = ?
         and t.created_at > now() - make_interval(secs => ?)`,
      [identifierHash, purpose, sendLimit.windowSeconds],
    );
    return (rows[0]?.count ?? 0) >= sendLimit.max;
  }
}

export type CodeRequestRecords = ReturnType<typeof createCodeRequestRecords>;

/** A further identifier of somebody's, who needs the code and a session. */
async function ofActiveUser(trx: Transaction, recipient: Recipient): Promise<OtpRequest | undefined> {
  const { value, proof } = columnsOf(recipient);
  const user = await User.query(trx)
    .findOne({ [value]: recipient.identifier, [proof]: null, status: 'ACTIVE' })
    .orderBy('userId', 'desc');
  return user && { userId: user.userId, purpose, recipients: [recipient] };
}

/** What there is but one attempt on may fall back to its other identifier; of several, nobody knows whose that is. */
async function ofRegistration(
  trx: Transaction,
  identifiers: Identifiers,
  recipient: Recipient,
): Promise<OtpRequest | undefined> {
  // All of it is asked whatever the answers are: else the time would tell of them.
  const holder = await findProvedHolder(trx, identifiers);
  const attempts = await liveOn(trx, identifiers).orderByRaw('created_at desc, registration_id desc');
  const ofActive = await ofActiveUser(trx, recipient);
  const [newest] = attempts;
  if (holder) return undefined;
  if (!newest) return ofActive;
  const others = attempts.length > 1 ? [] : recipientsOf(newest).filter(({ channel }) => channel !== recipient.channel);
  return { userId: newest.userId, purpose, recipients: [recipient, ...others] };
}
