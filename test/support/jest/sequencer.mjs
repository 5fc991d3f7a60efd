import Sequencer from '@jest/test-sequencer';

/** Files that start whole systems or compile the tree: side by side each waits for the others. */
const heavy = [
  'test/faults/',
  'test/workers/start',
  'test/architecture/new-domain',
  'test/attacks/temporal/temporal.test',
  'test/platform/built-commands',
  'test/platform/webhook/dead-letter-decision.test',
];
const apart = 10;

/** Heavy files come early, so that none is left for the end, and apart from each other. */
export default class HeavyApart extends Sequencer {
  sort(tests) {
    const isHeavy = ({ path }) => heavy.some((part) => path.includes(part));
    const sorted = super.sort(tests).filter((test) => !isHeavy(test));
    for (const [n, test] of tests.filter(isHeavy).entries()) sorted.splice(n * apart, 0, test);
    return sorted;
  }
}
