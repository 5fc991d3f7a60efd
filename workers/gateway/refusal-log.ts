import type { Logger } from '../shared/logger.js';
import type { Metrics } from '../shared/metrics/registry.js';
import type { Part } from '../shared/part.js';

/** What somebody was refused: to come in, to publish, to subscribe, or to stay. */
export type RefusedAct = 'introduction' | 'publish' | 'subscription' | 'connection';

export interface RefusedOne {
  act: RefusedAct;
  /** As it introduced itself; undefined before that. */
  clientId: string | undefined;
  reason: string;
  address: string | undefined;
}

export interface RefusalLog extends Part {
  note(refused: RefusedOne): void;
}

/** Names and reasons that are told apart within a minute; made-up names are cheap. */
const mostKnown = 1_000;
/**
 * The log of what the gateway refuses: the first of a name and reason at once, and once a minute how many have followed. Each is
 * in the metric. From where is in the device's own standing, and in no log.
 */
export function startRefusalLog(parts: {
  logger: Logger;
  metrics?: Metrics | undefined;
  everyMs?: number;
}): RefusalLog {
  const { logger, metrics, everyMs = 60_000 } = parts;
  const known = new Map<string, RefusedOne & { further: number }>();
  /** Of more names than are told apart, by act and reason. */
  const others = new Map<string, { act: RefusedAct; reason: string; count: number }>();

  function tellFurther(): void {
    for (const { act, clientId, reason, further } of known.values())
      if (further > 0) logger.warn({ act, client_id: clientId, reason, count: further }, 'refused again');
    for (const { act, reason, count } of others.values())
      logger.warn({ act, reason, count }, 'refused, of more names than are told apart');
    known.clear();
    others.clear();
  }

  const timer = setInterval(tellFurther, everyMs);
  return {
    note(refused) {
      const { act, clientId, reason, address } = refused;
      metrics?.counter('millrace_gateway_refusals_total', { act, reason }).add();
      const key = `${act} ${reason} ${clientId ?? address ?? ''}`;
      const before = known.get(key);
      if (before) return void (before.further += 1);
      if (known.size < mostKnown) {
        known.set(key, { ...refused, further: 0 });
        return logger.warn({ act, client_id: clientId, reason }, 'refused');
      }
      const other = others.get(`${act} ${reason}`) ?? { act, reason, count: 0 };
      other.count += 1;
      others.set(`${act} ${reason}`, other);
    },
    stop: async () => {
      clearInterval(timer);
      tellFurther();
    },
  };
}
