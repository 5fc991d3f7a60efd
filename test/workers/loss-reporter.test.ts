import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../workers/observability/logger.js';
import { createLossReporter } from '../../workers/relay/loss-reporter.js';
import { eventually } from '../support/timing/eventually.js';

function aReporter(runNow: () => Promise<void>) {
  const lines: string[] = [];
  const destination = {
    write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg),
  };
  const logger = createLogger({ level: 'warn', process: 'test', destination });
  return { report: createLossReporter({ schedules: { runNow }, logger }), lines };
}

describe('a workflow that is reported as lost', () => {
  it('has reconcile run at once, and many at a time have it run once', async () => {
    const tasks: string[] = [];
    const { report, lines } = aReporter(
      async (...args: unknown[]) => void tasks.push(String(args[0])),
    );
    for (let n = 0; n < 20; n += 1) report(`order/${n}`);
    expect(tasks).toEqual(['reconcile']);
    expect(lines).toEqual(['workflow is gone and its row goes on: reconcile runs now']);
  });

  it('is nobody’s fault where the schedule is lost, too', async () => {
    const { report, lines } = aReporter(() => Promise.reject(new Error('no such schedule')));
    report('order/1');
    await eventually(() => expect(lines.at(-1)).toMatch(/could not be run now/));
  });
});
