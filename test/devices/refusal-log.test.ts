import { afterEach, describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../workers/observability/metrics/registry.js';
import { createLogger } from '../../workers/observability/logger.js';
import { startRefusalLog } from '../../workers/gateway/refusal-log.js';

const silent = createLogger({ level: 'silent', process: 'test' });

function aLog() {
  const lines: {
    text: string;
    act?: string;
    client_id?: string;
    reason: string;
    count?: number;
  }[] = [];
  const logger = Object.assign(Object.create(silent) as typeof silent, {
    warn: (
      fields: { act?: string; client_id?: string; reason: string; count?: number },
      text: string,
    ) => void lines.push({ text, ...fields }),
  });
  const metrics = createMetrics();
  const log = startRefusalLog({ logger, metrics });
  ends.push(log.stop);
  return { lines, metrics, log };
}
const ends: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

describe('the log of what the gateway refuses', () => {
  it('has the first of a name and reason at once, and how many have followed', async () => {
    const { lines, log, metrics } = aLog();
    const refused = { clientId: 'B43A4536C83C', reason: 'BAD_CREDENTIALS', address: '10.0.0.1' };
    for (let n = 0; n < 5; n += 1) log.note({ act: 'introduction', ...refused });
    log.note({ act: 'publish', ...refused, reason: 'FOREIGN_TOPIC' });
    expect(lines.map(({ text, act, reason }) => `${act} ${text}: ${reason}`)).toEqual([
      'introduction refused: BAD_CREDENTIALS',
      'publish refused: FOREIGN_TOPIC',
    ]);
    await log.stop();
    expect(lines.slice(2)).toEqual([
      {
        text: 'refused again',
        act: 'introduction',
        client_id: 'B43A4536C83C',
        reason: 'BAD_CREDENTIALS',
        count: 4,
      },
    ]);
    expect(await metrics.expose()).toContain(
      'millrace_gateway_refusals_total{act="introduction",reason="BAD_CREDENTIALS"} 5',
    );
  });

  it('grows with reasons rather than with names that somebody makes up', async () => {
    const { lines, log } = aLog();
    for (let n = 0; n < 3_000; n += 1)
      log.note({
        act: 'introduction',
        clientId: `A${n}`,
        reason: 'BAD_CREDENTIALS',
        address: undefined,
      });
    expect(lines).toHaveLength(1_000);
    await log.stop();
    expect(lines.slice(1_000)).toEqual([
      {
        text: 'refused, of more names than are told apart',
        act: 'introduction',
        reason: 'BAD_CREDENTIALS',
        count: 2_000,
      },
    ]);
  });
});
