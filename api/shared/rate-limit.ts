import { createHmac } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateRecords } from '../../db/platform/rate.records.js';
import { errorCodes, type ErrorKind } from '../../workflows/shared/error-codes.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import type { DeviceTokens } from './device-tokens.js';
import type { FloodRates } from './flood-guard.js';
import { identifiersOfUsername } from './identifier.js';
import { placeOf } from './place.js';
import { limitOf, type Call, type Counted, type Layer, type Rate, type RateName } from './route.js';

export type Rates = Readonly<Record<RateName, Rate>>;

export interface RateParts {
  rates: Rates;
  floods: FloodRates;
  records: RateRecords;
  /** Identifiers are counted under a keyed hash, so that the table of counts tells nobody's. */
  identifierKey: string;
  /** Tells devices that have signed in before, which are counted by themselves. */
  devices?: Pick<DeviceTokens, 'deviceOf'> | undefined;
}

interface Count {
  take(key: string): Promise<Counted & { isOver: boolean }>;
  /** Takes one that was counted back. */
  giveBack(key: string): Promise<Counted & { isOver: boolean }>;
}

/** On each answer of a route that has a limit. */
export const rateHeaders = [
  'RateLimit-Policy',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
] as const;

const identifierFields = ['username', 'email', 'phone_e164'];

/** Counts requests a class and account, and refuses those over the limit. */
export function createRateLimits({ rates, records, identifierKey, devices }: RateParts) {
  const counts = new Map<RateName, Count>();
  const countOf = (name: RateName): Count => {
    const count = counts.get(name) ?? createCount(name, rates[name], records);
    counts.set(name, count);
    return count;
  };
  const hashOf = (identifier: string): string =>
    createHmac('sha256', identifierKey).update(identifier).digest('base64url');

  /** By the account that the request is about, else by who asks, else by where from. */
  const limitCaller: Layer = (route, next) => {
    const name = limitOf(route);
    if (name === undefined) return next;
    const count = countOf(name);
    return (call) =>
      count.take(call.accountId ?? call.caller?.principalId ?? placeOf(call.clientIp)).then((counted) => {
        tell(call, counted);
        return next(call);
      });
  };

  /**
   * By whom they name, and where from: a stranger's requests count for that address alone, and a device that has signed the
   * person in before is a place of its own. What is told to be wrong counts, and whatever sends a code. Each is counted before it
   * is judged and given back when it was right, or could not be judged, so guesses at the same time are no more than allowed.
   */
  const limitIdentifier: Layer = (route, next) => {
    if (limitOf(route) !== 'auth' || !route.body) return next;
    const { sendsCode = false } = route;
    const count = countOf('auth_identifier');
    return async (call) => {
      const from = placeOf(call.clientIp);
      if (sendsCode) tell(call, await countOf('otp_ip').take(from));
      const taken: string[] = [];
      const given = call.body as Record<string, unknown>;
      for (const field of identifierFields) {
        const text = given[field];
        if (typeof text !== 'string') continue;
        const identifier = identifierOf(text);
        const device = devices?.deviceOf(call, identifier);
        const key = `${hashOf(identifier)}|${device ?? from}`;
        const counted = await count.take(key);
        // What is refused for the limit is no try: it must not stand in the way of the next one.
        if (counted.isOver) await count.giveBack(key);
        tell(call, counted);
        taken.push(key);
        if (sendsCode) tell(call, await countOf('otp_identifier').take(`${hashOf(identifier)}|${from}`));
      }
      const giveBack = async (): Promise<void> => {
        if (sendsCode) return;
        for (const key of taken) tellAnew(call, await count.giveBack(key));
      };
      try {
        const reply = await next(call);
        await giveBack();
        return reply;
      } catch (error) {
        if (!isJudgement(error)) await giveBack();
        throw error;
      }
    };
  };
  return { limitCaller, limitIdentifier };
}

/**
 * Reads are counted in this process: a statement each would cost as much as the read. All else is counted in PostgreSQL,
 * for all processes together and beyond their end. While PostgreSQL does not answer it is counted here as well: the limiter
 * is there to protect the API, not to end it.
 */
function createCount(name: RateName, { max, windowSeconds }: Rate, records: RateRecords): Count {
  const options = { keyPrefix: name, points: max, duration: windowSeconds };
  const memory = new RateLimiterMemory(options);
  const limiter =
    name === 'read'
      ? memory
      : new RateLimiterPostgres({
          ...options,
          ...{ storeClient: records, storeType: 'client', schemaName: 'platform', tableName: 'rate_windows' },
          // A migration made the table, and a schedule purges it.
          ...{ tableCreated: true, clearExpiredByTimeout: false },
          // Who is over the limit is refused from memory for the rest of the window, where nothing is given back.
          ...(name === 'auth_identifier' ? {} : { inMemoryBlockOnConsumed: max }),
          insuranceLimiter: memory,
        });
  const counted = (result: RateLimiterRes, isOver: boolean) => {
    const resetSeconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
    return { name, rate: { max, windowSeconds }, remaining: result.remainingPoints, resetSeconds, isOver };
  };
  return {
    take: (key) =>
      limiter.consume(key).then(
        (within) => counted(within, false),
        (over: unknown) => {
          if (over instanceof RateLimiterRes) return counted(over, true);
          throw over;
        },
      ),
    giveBack: async (key) => counted(await limiter.reward(key), false),
  };
}

/** A refusal says that what was given is wrong; an outage or a bug says nothing of it. */
function isJudgement(error: unknown): boolean {
  const refusal = asFailure(error);
  return refusal !== undefined && !saysNothing.has(errorCodes[refusal.code].kind);
}
const saysNothing: ReadonlySet<ErrorKind> = new Set(['internal', 'unavailable']);

/** Says in the headers how much is left, also to whom it refuses. */
function tell(call: Call, { isOver, ...counted }: Counted & { isOver: boolean }): void {
  call.counted = withTightest(call.counted, counted);
  writeHeaders(call);
  if (isOver) throw failure('RATE_LIMITED', { limit: counted.name, retry_after_seconds: counted.resetSeconds });
}

/** In place of what was said of this count before. */
function tellAnew(call: Call, { isOver: _, ...counted }: Counted & { isOver: boolean }): void {
  call.counted = call.counted.map((each) => (each.name === counted.name ? counted : each));
  writeHeaders(call);
}

function writeHeaders(call: Call): void {
  const tightest = call.counted.reduce((least, each) => (each.remaining < least.remaining ? each : least));
  call.ctx.set({
    'RateLimit-Policy': call.counted
      .map(({ name, rate }) => `"${name}";q=${rate.max};w=${rate.windowSeconds}`)
      .join(', '),
    RateLimit: call.counted
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
    'RateLimit-Limit': String(tightest.rate.max),
    'RateLimit-Remaining': String(tightest.remaining),
    'RateLimit-Reset': String(tightest.resetSeconds),
  } satisfies Record<(typeof rateHeaders)[number], string>);
}

/** A policy is named once, however many identifiers were counted under it: by the one with the least left. */
function withTightest(told: readonly Counted[], counted: Counted): Counted[] {
  const same = told.find(({ name }) => name === counted.name);
  if (same && same.remaining < counted.remaining) return [...told];
  return [...told.filter((each) => each !== same), counted];
}

/** As it is compared; what is none, as it was written. */
export function identifierOf(text: string): string {
  const { email, phoneE164 } = identifiersOfUsername(text) ?? {};
  return email ?? phoneE164 ?? text.trim().toLowerCase();
}
