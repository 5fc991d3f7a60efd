import { Type } from 'typebox';
import { isDiskFull } from '../../processes/disk.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { anyone, route, type Route } from '../route/route.js';
import { component, closedObject, status } from '../route/schema.js';

/** Known reasons why a running dependency does not do its work. */
const unreadyReasons = ['DISK_FULL', 'WRITE_FAILED', 'CLOCK_APART'] as const;
export class Unready extends Error {
  override readonly name = 'Unready';
  constructor(readonly reason: (typeof unreadyReasons)[number]) {
    super(reason);
  }
}

/**
 * A dependency of the API. `check` throws, or takes too long, while the dependency is down;
 * `Unready` gives the reason.
 */
export interface ReadyCheck {
  name: string;
  /** A required dependency: while down, /ready answers 503. */
  isRequired: boolean;
  check: () => Promise<void>;
}
export interface Version {
  version: string;
  commit?: string;
}
interface HealthParts {
  checks: readonly ReadyCheck[];
  isDraining: () => boolean;
  version: Version;
}

const checkTimeoutMs = 2_000;
const retryAfterSeconds = 5;

const health = component('Health', closedObject({ status: status('UP') }));
const dependency = closedObject({
  status: status('UP', 'DOWN'),
  required: Type.Boolean(),
  latency_ms: Type.Number(),
  reason: Type.Optional(
    Type.Enum([...unreadyReasons], { description: 'Why it is down, where that is known' }),
  ),
});
const readiness = {
  status: status('READY', 'NOT_READY', 'DRAINING'),
  checks: Type.Record(Type.String(), dependency),
};
const ready = component('Readiness', closedObject(readiness));
/** An error envelope with the state of each dependency, for probes. */
const notReady = component(
  'NotReady',
  closedObject({
    ...readiness,
    error_code: status('SERVICE_UNAVAILABLE'),
    message: Type.String(),
    details: closedObject({}),
    request_id: Type.String(),
  }),
);
const version = component(
  'Version',
  closedObject({ version: Type.String(), commit: Type.Optional(Type.String()) }),
);

export function createHealthRoutes({ checks, isDraining, version: running }: HealthParts): Route[] {
  const checkLife = (path: string) =>
    route({
      method: 'get',
      path,
      summary: 'The process is alive',
      tag: 'Health',
      access: anyone(),
      limit: { exempt: 'probes ask on and on' },
      responses: { 200: health },
    }).handledBy(async () => ({ status: 200, body: { status: 'UP' } }));

  const states = shared(() => Promise.all(checks.map(stateOf)));
  const checkReadiness = (path: string) =>
    route({
      method: 'get',
      path,
      summary: 'What it needs is there',
      tag: 'Health',
      access: anyone(),
      limit: { exempt: 'probes ask on and on' },
      responses: { 200: ready, 503: notReady },
    }).handledBy(async ({ requestId }) => {
      const checked = await states();
      const isReady = checked.every(([, state]) => state.status === 'UP' || !state.required);
      const byName = Object.fromEntries(checked);
      if (isReady && !isDraining())
        return { status: 200, body: { status: 'READY', checks: byName } };
      const { message } = errorCodes.SERVICE_UNAVAILABLE;
      const envelope = {
        error_code: 'SERVICE_UNAVAILABLE' as const,
        message,
        details: {},
        request_id: requestId,
      };
      return {
        status: 503,
        headers: { 'Retry-After': String(retryAfterSeconds) },
        body: { ...envelope, status: isDraining() ? 'DRAINING' : 'NOT_READY', checks: byName },
      };
    });

  const readVersion = route({
    method: 'get',
    path: '/version',
    summary: 'What is running',
    tag: 'Health',
    access: anyone(),
    limit: { exempt: 'probes ask on and on' },
    responses: { 200: version },
  }).handledBy(async () => ({ status: 200, body: { ...running } }));

  return [
    checkLife('/health'),
    checkLife('/healthz'),
    checkReadiness('/ready'),
    checkReadiness('/readyz'),
    readVersion,
  ];
}

/**
 * Callers during a running check share the check's answer: probes are not counted, and may be any
 * number.
 */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => (pending ??= ask().finally(() => (pending = undefined)));
}

async function stateOf({ name, isRequired, check }: ReadyCheck) {
  const startedAt = performance.now();
  const fault = await withinTime(check).then(
    () => undefined,
    (error: unknown) => ({ reason: reasonOf(error) }),
  );
  const latency = Math.round((performance.now() - startedAt) * 10) / 10;
  return [
    name,
    {
      status: fault ? ('DOWN' as const) : ('UP' as const),
      required: isRequired,
      latency_ms: latency,
      ...(fault?.reason === undefined ? {} : { reason: fault.reason }),
    },
  ] as const;
}

function reasonOf(error: unknown): Unready['reason'] | undefined {
  if (error instanceof Unready) return error.reason;
  return isDiskFull(error) ? 'DISK_FULL' : undefined;
}

async function withinTime(check: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
