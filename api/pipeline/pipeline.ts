import { crashPoint } from '../../db/connection/crash-point.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import { audited } from './audit.js';
import { command, type CommandParts } from './command.js';
import { createFeatureGate } from './entitlements.js';
import type { FloodGuard } from '../limits/flood-guard.js';
import { createGuard, type GuardParts } from './guard.js';
import { checkInput, checkParams, requireVersion, takeUpload } from './input.js';
import { createRateLimits, type RateParts } from '../limits/rate-limit.js';
import { errorsOf } from '../route/route-errors.js';
import { isProbe } from '../route/probe.js';
import {
  isMutating,
  mediaTypeOf,
  type Call,
  type Handle,
  type Layer,
  type Reply,
  type Route,
} from '../route/route.js';
import { readScoped, transact, type TransactionParts } from './transaction.js';
import { compileReply, type Check } from '../route/validator.js';

export interface PipelineParts extends GuardParts {
  database: TransactionParts['database'] & CommandParts['database'];
  requests: TransactionParts['requests'];
  /** Without rate limits nothing is limited, as in tests of other subjects. */
  rateLimits?: RateParts | undefined;
  bodyLimitBytes: number;
  deadlineMs: number;
  floodGuard?: FloodGuard | undefined;
  validateResponses: boolean;
}

/** The layers of a request, outermost first: the caller is settled before the body is read. */
export function createPipeline(parts: PipelineParts): (route: Route) => Handle {
  const { authenticate, admit, locate, locateInBody } = createGuard(parts);
  const limits = parts.rateLimits && createRateLimits(parts.rateLimits);
  const layers: Layer[] = [
    answerLast,
    deadline(parts.deadlineMs),
    authenticate,
    ...(parts.floodGuard ? [parts.floodGuard.limitRefused] : []),
    admit,
    checkParams,
    locate,
    ...(limits ? [limits.limitCaller] : []),
    createFeatureGate(parts.database),
    requireVersion,
    checkInput(parts.bodyLimitBytes),
    takeUpload,
    locateInBody,
    ...(limits ? [limits.limitIdentifier] : []),
    ...(parts.validateResponses ? [checkReply] : []),
    dropLate(parts.deadlineMs),
    readScoped(parts),
    transact(parts),
    command(parts),
    audited,
  ];
  return (route) => layers.reduceRight((next, layer) => layer(route, next), route.handle);
}

/** Crash point between commit and answer: the change is committed, and the caller does not know. */
const answerLast: Layer = (route, next) =>
  isMutating(route)
    ? async (call) => {
        const reply = await next(call);
        crashPoint('api.before-answer');
        return reply;
      }
    : next;

const late = (ms: number) => failure('SERVICE_UNAVAILABLE', { deadline_ms: ms });
const agedMs = ({ arrivedMs }: Call): number => performance.now() - arrivedMs;

// A single promise rather than a race's seven, on the way of every request.
const deadline =
  (ms: number): Layer =>
  ({ path }, next) =>
  (call) =>
    new Promise((resolve, reject) => {
      // A probe asks about the process now, so the time of arrival does not count.
      const leftMs = isProbe(path) ? ms : ms - agedMs(call);
      // The caller has stopped waiting.
      if (leftMs <= 0) return reject(late(ms));
      const timer = setTimeout(() => reject(late(ms)), leftMs);
      const inTime =
        <T>(settle: (outcome: T) => void) =>
        (outcome: T): void => {
          clearTimeout(timer);
          settle(outcome);
        };
      try {
        next(call).then(inTime(resolve), inTime(reject));
      } catch (error) {
        inTime(reject)(error);
      }
    });

/** Refuses a request past the deadline before the handler starts. */
const dropLate =
  (ms: number): Layer =>
  ({ path }, next) =>
    isProbe(path) ? next : (call) => (agedMs(call) < ms ? next(call) : Promise.reject(late(ms)));

/** An undeclared answer of a route is a bug; the layer is on in development and tests. */
const checkReply: Layer = (route, next) => {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  const declaredErrors = new Set(errorsOf(route));
  const checks = new Map<number, Check>();
  for (const [status, schema] of Object.entries(route.responses))
    if (schema && mediaTypeOf(schema) === undefined)
      checks.set(Number(status), compileReply(schema));

  const assertDeclared = ({ status, body, content }: Reply): void => {
    // A replayed answer was checked the first time.
    if (body === undefined && content) return;
    if (!(status in route.responses))
      throw new Error(`${name} answered ${status}, which it does not declare`);
    if (route.responses[status] === null && body !== undefined)
      throw new Error(`${name}: ${status} has no body`);
    const faults = checks.get(status)?.(JSON.parse(JSON.stringify(body ?? null))) ?? [];
    if (faults.length > 0)
      throw new Error(`${name} answered a wrong ${status}: ${JSON.stringify(faults)}`);
  };
  return async (call) => {
    try {
      const reply = await next(call);
      assertDeclared(reply);
      return reply;
    } catch (error) {
      const refusal = asFailure(error);
      if (!refusal || declaredErrors.has(refusal.code)) throw error;
      throw new Error(`${name} answered ${refusal.code}, which it does not declare`);
    }
  };
};
