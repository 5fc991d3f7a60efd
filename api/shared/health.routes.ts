import { Type } from 'typebox';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { anyone, route, type Route } from './route.js';
import { component, object, status } from './schema.js';

/** Something the API depends on. `check` throws, or takes too long, while it is down. */
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

const health = component('Health', object({ status: status('UP') }));
const dependency = object({ status: status('UP', 'DOWN'), required: Type.Boolean(), latency_ms: Type.Number() });
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
      return { status: 503, body: { ...envelope, status: isDraining() ? 'DRAINING' : 'NOT_READY', checks: byName } };
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
  const isUp = await withinTime(check).catch(() => false);
  const latency = Math.round((performance.now() - startedAt) * 10) / 10;
  return [
    name,
    { status: isUp ? ('UP' as const) : ('DOWN' as const), required: isRequired, latency_ms: latency },
  ] as const;
}

async function withinTime(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), checkTimeoutMs);
  });
  try {
    return await Promise.race([check().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
