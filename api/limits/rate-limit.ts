import { createHmac } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateRecords } from '../../db/platform/rate.records.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import type { ErrorKind } from '../../workflows/shared/error-kinds.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import type { DeviceTokens } from '../authentication/device-tokens.js';
import type { FloodRates } from './flood-guard.js';
import { identifiersOfUsername } from '../route/identifier.js';
import { placeOf } from './place.js';
import {
  limitOf,
  type Call,
  type Counted,
  type Layer,
  type Rate,
  type RateName,
} from '../route/route.js';

export type Rates = Readonly<Record<RateName, Rate>>;

export interface RateParts {
  rates: Rates;
  floods: FloodRates;
  records: RateRecords;
  /**
   * Key of the hash under which identifiers are counted, so that the table of counts reveals no
   * identifier.
   */
  identifierKey: string;
  /** Recognizes devices after a sign-in; such devices are counted by themselves. */
  devices?: Pick<DeviceTokens, 'deviceOf'> | undefined;
}

interface Count {
  take(key: string): Promise<Counted & { isOver: boolean }>;
  /** Takes a counted request back. */
  giveBack(key: string): Promise<Counted & { isOver: boolean }>;
}

/** Headers on each answer of a route with a limit. */
export const rateHeaders = [
  'RateLimit-Policy',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
] as const;

const identifierFields = ['username', 'email', 'phone_e164'];

/** Counts requests by class and account, and refuses requests over the limit. */
export function createRateLimits({ rates, records, identifierKey, devices }: RateParts) {
  const counts = new Map<RateName, Count>();
  const countOf = (name: RateName): Count => {
    const count = counts.get(name) ?? createCount(name, rates[name], records);
    counts.set(name, count);
    return count;
  };
  const hashOf = (identifier: string): string =>
    createHmac('sha256', identifierKey).update(identifier).digest('base64url');

  /** Counts by the account of the request, else by caller, else by address. */
  const limitCaller: Layer = (route, next) => {
    const name = limitOf(route);
    if (name === undefined) return next;
    const count = countOf(name);
    return (call) =>
      count
        .take(call.accountId ?? call.caller?.principalId ?? placeOf(call.clientIp))
        .then((counted) => {
          tell(call, counted);
          return next(call);
        });
  };

  /**
   * Counts by identifier and place: a stranger's requests count for the stranger's address alone,
   * and a device after a sign-in is a place of its own. Wrong guesses count, and every request for
   * a code. Each request is counted before the handler judges, and given back when right or
   * impossible to judge, so concurrent guesses never exceed the limit.
   */
  const limitIdentifier: Layer = (route, next) => {
    if (limitOf(route) !== 'auth' || !route.body) return next;
    const { sendsCode = false } = route;
    const count = countOf('auth_identifier');
    return async (call) => {
      const place = placeOf(call.clientIp);
      if (sendsCode) tell(call, await countOf('otp_ip').take(place));
      const keys: string[] = [];
      const body = call.body as Record<string, unknown>;
      for (const field of identifierFields) {
        const text = body[field];
        if (typeof text !== 'string') continue;
        const identifier = identifierOf(text);
        const device = devices?.deviceOf(call, identifier);
        const key = `${hashOf(identifier)}|${device ?? place}`;
        const counted = await count.take(key);
        // A request refused for the limit is no try, and must not delay the next try.
        if (counted.isOver) await count.giveBack(key);
        tell(call, counted);
        keys.push(key);
        if (sendsCode)
          tell(call, await countOf('otp_identifier').take(`${hashOf(identifier)}|${place}`));
      }
      const giveBack = async (): Promise<void> => {
        if (sendsCode) return;
        for (const key of keys) tellAnew(call, await count.giveBack(key));
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
 * Reads are counted in the process: a statement each would cost as much as the read. Other classes
 * are counted in PostgreSQL, for all processes together and across restarts. While PostgreSQL is
 * away other classes are counted in the process too: a limiter protects the API and must not end
 * the API.
 */
function createCount(name: RateName, { max, windowSeconds }: Rate, records: RateRecords): Count {
  const options = { keyPrefix: name, points: max, duration: windowSeconds };
  const memory = new RateLimiterMemory(options);
  const limiter =
    name === 'read'
      ? memory
      : new RateLimiterPostgres({
          ...options,
          storeClient: clientOf(records),
          storeType: 'client',
          schemaName: 'platform',
          tableName: 'rate_windows',
          // A migration makes the table, and a schedule purges the rows.
          tableCreated: true,
          clearExpiredByTimeout: false,
          // A key over the limit is refused from memory for the rest of the window, except where
          // requests are given back.
          ...(name === 'auth_identifier' ? {} : { inMemoryBlockOnConsumed: max }),
          insuranceLimiter: memory,
        });
  const counted = (result: RateLimiterRes, isOver: boolean) => {
    const resetSeconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
    return {
      name,
      rate: { max, windowSeconds },
      remaining: result.remainingPoints,
      resetSeconds,
      isOver,
    };
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

/** As named by the library: all that a limiter without blocks and look-ups runs. */
const countStatement = 'rate_windows:rlflx-upsert';

/** The library's client of PostgreSQL, which counts by a query of `db/`. */
const clientOf = (records: RateRecords) => ({
  async query({ name, values }: { name: string; values: [string, number, number, number] }) {
    if (name !== countStatement) throw new Error(`rate limits do not run ${name}`);
    return { rows: [await records.count(...values)] };
  },
});

/** True for a refusal, since the guess was wrong; an outage or a bug judges nothing. */
function isJudgement(error: unknown): boolean {
  const refusal = asFailure(error);
  return refusal !== undefined && !saysNothing.has(errorCodes[refusal.code].kind);
}
const saysNothing: ReadonlySet<ErrorKind> = new Set(['internal', 'unavailable']);

/** Puts the remaining requests into the headers, also of a refusal. */
function tell(call: Call, { isOver, ...counted }: Counted & { isOver: boolean }): void {
  call.counted = withTightest(call.counted, counted);
  writeHeaders(call);
  if (isOver)
    throw failure('RATE_LIMITED', {
      limit: counted.name,
      retry_after_seconds: counted.resetSeconds,
    });
}

/** Replaces the count's headers. */
function tellAnew(call: Call, { isOver: _, ...counted }: Counted & { isOver: boolean }): void {
  call.counted = call.counted.map((each) => (each.name === counted.name ? counted : each));
  writeHeaders(call);
}

function writeHeaders(call: Call): void {
  const tightest = call.counted.reduce((least, each) =>
    each.remaining < least.remaining ? each : least,
  );
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

/**
 * Headers name a policy once, however many identifiers were counted: the count with the least left.
 */
function withTightest(counts: readonly Counted[], counted: Counted): Counted[] {
  const same = counts.find(({ name }) => name === counted.name);
  if (same && same.remaining < counted.remaining) return [...counts];
  return [...counts.filter((each) => each !== same), counted];
}

/** The identifier in normal form; text that is no identifier, unchanged. */
function identifierOf(text: string): string {
  const { email, phoneE164 } = identifiersOfUsername(text) ?? {};
  return email ?? phoneE164 ?? text.trim().toLowerCase();
}
