import Sequencer from '@jest/test-sequencer';

/** They start whole systems, and side by side each would wait for the others. */
const heavy = ['test/faults/', 'test/workers/start.process'];
const apart = 12;

/** Heavy files come early, so that none is left for the end, and apart from each other. */
export default class HeavyApart extends Sequencer {
  sort(tests) {
    const isHeavy = ({ path }) => heavy.some((part) => path.includes(part));
    const sorted = super.sort(tests).filter((test) => !isHeavy(test));
    for (const [n, test] of tests.filter(isHeavy).entries()) sorted.splice(n * apart, 0, test);
    return sorted;
  }
}
