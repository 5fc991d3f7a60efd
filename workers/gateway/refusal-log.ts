import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics/registry.js';
import type { Part } from '../../processes/part.js';
import { startTally } from './tally.js';

/** The refused act: to come in, to publish, to subscribe, or to stay. */
export type RefusedAct = 'introduction' | 'publish' | 'subscription' | 'connection';

interface RefusedOne {
  act: RefusedAct;
  /** The client id of the introduction; undefined before the introduction. */
  clientId: string | undefined;
  reason: string;
  address: string | undefined;
}

export interface RefusalLog extends Part {
  note(refused: RefusedOne): void;
}

interface Repeated {
  act: RefusedAct;
  clientId?: string | undefined;
  reason: string;
  count: number;
}

/**
 * Names and reasons with a count of their own within a minute; made-up names are cheap, and acts
 * and reasons are few.
 */
const most = { named: 1_000, unnamed: Infinity };

/**
 * The log of the gateway's refusals: the first of a name and reason at once, and once a minute the
 * number of repeats. Every refusal is in the metric. The address is in the device's standing, and
 * in no log.
 */
export function startRefusalLog(parts: {
  logger: Logger;
  metrics?: Metrics | undefined;
  everyMs?: number;
}): RefusalLog {
  const { logger, metrics, everyMs = 60_000 } = parts;

  const tally = startTally<Record<keyof typeof most, Repeated>>({
    most,
    everyMs,
    report({ named, unnamed }) {
      for (const { act, clientId, reason, count } of named.values())
        if (count > 1)
          logger.warn({ act, client_id: clientId, reason, count: count - 1 }, 'refused again');
      for (const { act, reason, count } of unnamed.values())
        logger.warn({ act, reason, count }, 'refused, of more names than are told apart');
    },
  });
  return {
    note({ act, clientId, reason, address }) {
      metrics?.counter('millrace_gateway_refusals_total', { act, reason }).add();
      const kind = `${act} ${reason}`;
      const refusal =
        tally.entry('named', `${kind} ${clientId ?? address ?? ''}`, () => {
          logger.warn({ act, client_id: clientId, reason }, 'refused');
          return { act, clientId, reason, count: 0 };
        }) ?? tally.entry('unnamed', kind, () => ({ act, reason, count: 0 }));
      if (refusal) refusal.count += 1;
    },
    stop: tally.stop,
  };
}
