import Sequencer from '@jest/test-sequencer';

const longest = ['test/faults/', 'test/workers/start.process'];

/** Begins with what takes longest also where no earlier run tells, so that nothing long is left for the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => longest.some((part) => path.includes(part));
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
