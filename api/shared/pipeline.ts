import { createSubscriptionViews } from '../../db/identity/subscription.views.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import { audited } from './audit.js';
import { command, type CommandRecords } from './command.js';
import { createFeatureGate } from './entitlements.js';
import type { FloodGuard } from './flood-guard.js';
import { createGuard, type GuardParts } from './guard.js';
import { checkInput, checkParams, requireVersion } from './input.js';
import { createRateLimits, type RateParts } from './rate-limit.js';
import { errorsOf } from './route-errors.js';
import { isProbe } from './probe.js';
import { isMutating, mediaTypeOf, type Call, type Handle, type Layer, type Reply, type Route } from './route.js';
import { transact, type TransactionParts } from './transaction.js';
import { compileReply, type Check } from './validator.js';

export interface PipelineParts extends GuardParts {
  database: TransactionParts['database'];
  requests: TransactionParts['requests'] & CommandRecords;
  /** Without it nothing is limited, as in tests of other things. */
  rateLimits?: RateParts | undefined;
  bodyLimitBytes: number;
  deadlineMs: number;
  floodGuard?: FloodGuard | undefined;
  validateResponses: boolean;
}

/** The way of a request, outermost first: who asks is settled before what they send is read. */
export function createPipeline(parts: PipelineParts): (route: Route) => Handle {
  const { authenticate, admit, locate } = createGuard(parts);
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
    createFeatureGate(createSubscriptionViews(parts.read)),
    requireVersion,
    checkInput(parts.bodyLimitBytes),
    ...(limits ? [limits.limitIdentifier] : []),
    ...(parts.validateResponses ? [checkReply] : []),
    dropLate(parts.deadlineMs),
    transact(parts),
    command(parts.requests),
    audited,
  ];
  return (route) => layers.reduceRight((next, layer) => layer(route, next), route.handle);
}

/** What was changed is committed, and whoever asked for it does not know. */
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

// One promise rather than a race's seven: this is on the way of every request.
const deadline =
  (ms: number): Layer =>
  ({ path }, next) =>
  (call) =>
    new Promise((resolve, reject) => {
      // A probe asks how the process is now, whenever it asked.
      const leftMs = isProbe(path) ? ms : ms - agedMs(call);
      // Nobody waits for it any more.
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

/** What has waited for too long on its way here is not begun. */
const dropLate =
  (ms: number): Layer =>
  ({ path }, next) =>
    isProbe(path) ? next : (call) => (agedMs(call) < ms ? next(call) : Promise.reject(late(ms)));

/** A route that answers what it did not declare has a bug: found in development and tests, where this layer is on. */
const checkReply: Layer = (route, next) => {
  const name = `${route.method.toUpperCase()} ${route.path}`;
  const declaredErrors = new Set(errorsOf(route));
  const checks = new Map<number, Check>();
  for (const [status, schema] of Object.entries(route.responses))
    if (schema && mediaTypeOf(schema) === undefined) checks.set(Number(status), compileReply(schema));

  const assertDeclared = ({ status, body, content }: Reply): void => {
    // What was answered before was checked then.
    if (body === undefined && content) return;
    if (!(status in route.responses)) throw new Error(`${name} answered ${status}, which it does not declare`);
    if (route.responses[status] === null && body !== undefined) throw new Error(`${name}: ${status} has no body`);
    const faults = checks.get(status)?.(JSON.parse(JSON.stringify(body ?? null))) ?? [];
    if (faults.length > 0) throw new Error(`${name} answered a wrong ${status}: ${JSON.stringify(faults)}`);
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
