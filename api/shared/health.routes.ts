import { Type } from 'typebox';
import { isDiskFull } from '../../processes/disk.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { anyone, route, type Route } from './route.js';
import { component, object, status } from './schema.js';

/** Why something that is there does not do its work, where that is known. */
export const unreadyReasons = ['DISK_FULL', 'WRITE_FAILED', 'CLOCK_APART'] as const;
export class Unready extends Error {
  override readonly name = 'Unready';
  constructor(readonly reason: (typeof unreadyReasons)[number]) {
    super(reason);
  }
}

/** Something the API depends on. `check` throws, or takes too long, while it is down; `Unready` says why. */
export interface ReadyCheck {
  name: string;
  /** Without it the API cannot do its work: /ready answers 503. */
  isRequired: boolean;
  check: () => Promise<void>;
}
export interface Version {
  version: string;
  commit?: string;
}
export interface HealthParts {
  checks: readonly ReadyCheck[];
  isDraining: () => boolean;
  version: Version;
}

const checkTimeoutMs = 2_000;
const retryAfterSeconds = 5;

const health = component('Health', object({ status: status('UP') }));
const dependency = object({
  status: status('UP', 'DOWN'),
  required: Type.Boolean(),
  latency_ms: Type.Number(),
  reason: Type.Optional(Type.Enum([...unreadyReasons], { description: 'Why it is down, where that is known' })),
});
const readiness = {
  status: status('READY', 'NOT_READY', 'DRAINING'),
  checks: Type.Record(Type.String(), dependency),
};
const ready = component('Readiness', object(readiness));
/** An error envelope that also says what a probe wants to see. */
const notReady = component(
  'NotReady',
  object({
    ...readiness,
    error_code: status('SERVICE_UNAVAILABLE'),
    message: Type.String(),
    details: object({}),
    request_id: Type.String(),
  }),
);
const version = component('Version', object({ version: Type.String(), commit: Type.Optional(Type.String()) }));

export function createHealthRoutes({ checks, isDraining, version: running }: HealthParts): Route[] {
  const alive = (path: string) =>
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
  const readyAt = (path: string) =>
    route({
      method: 'get',
      path,
      summary: 'What it needs is there',
      tag: 'Health',
      access: anyone(),
      limit: { exempt: 'probes ask on and on' },
      responses: { 200: ready, 503: notReady },
    }).handledBy(async ({ requestId }) => {
      const found = await states();
      const isReady = found.every(([, state]) => state.status === 'UP' || !state.required);
      const byName = Object.fromEntries(found);
      if (isReady && !isDraining()) return { status: 200, body: { status: 'READY', checks: byName } };
      const { message } = errorCodes.SERVICE_UNAVAILABLE;
      const envelope = { error_code: 'SERVICE_UNAVAILABLE' as const, message, details: {}, request_id: requestId };
      return {
        status: 503,
        headers: { 'Retry-After': String(retryAfterSeconds) },
        body: { ...envelope, status: isDraining() ? 'DRAINING' : 'NOT_READY', checks: byName },
      };
    });

  return [
    alive('/health'),
    alive('/healthz'),
    readyAt('/ready'),
    readyAt('/readyz'),
    route({
      method: 'get',
      path: '/version',
      summary: 'What is running',
      tag: 'Health',
      access: anyone(),
      limit: { exempt: 'probes ask on and on' },
      responses: { 200: version },
    }).handledBy(async () => ({ status: 200, body: { ...running } })),
  ];
}

/** Whoever asks while somebody waits for the answer gets the same one: probes are not counted, and may be as many as they like. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
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
