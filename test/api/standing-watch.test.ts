/** Tells of: standing.store. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { startStandingWatch, type StandingWatch } from '../../api/shared/standing-watch.js';
import { standingChangesMost, type StandingViews } from '../../db/platform/standing.views.js';
import { newId } from '../../db/shared/id.js';
import { eventually } from '../support/timing/eventually.js';

type StandingLook = Awaited<ReturnType<StandingViews['look']>>;

let watch: StandingWatch | undefined;
afterEach(() => watch?.stop());

/** Answers each look by the next in the list, the last again and again; a fault is thrown. */
function startWatch(looks: (StandingLook | Error)[]) {
  const heard: unknown[] = [];
  let index = 0;
  const look = () => {
    const found = looks[Math.min(index++, looks.length - 1)];
    return found instanceof Error || found === undefined
      ? Promise.reject(found ?? new Error('none'))
      : Promise.resolve(found);
  };
  watch = startStandingWatch({ look }, () => undefined);
  watch.onLook((changes) => heard.push(changes === 'all' ? 'all' : changes.length));
  return { heard, watch };
}
const ended = (count: number): StandingLook => ({
  horizon: '1',
  changes: Array.from({ length: count }, () => ({
    changeId: newId(),
    kind: 'session',
    subjectId: newId(),
  })),
});

describe('the standing watch', () => {
  it('says that nobody’s standing is current while it cannot look', async () => {
    const { watch: failing } = startWatch([ended(0), ended(0), new Error('the database is away')]);
    await eventually(() => expect(failing.isCurrent()).toBe(true));
    await eventually(() => expect(failing.isCurrent()).toBe(false), 5_000);
  });

  it('tells all to be asked again where it has not looked before, and where more has changed than a look holds', async () => {
    const { heard } = startWatch([
      ended(0),
      ended(standingChangesMost),
      ended(standingChangesMost + 1),
      ended(2),
    ]);
    await eventually(() => expect(heard.length).toBeGreaterThan(3));
    expect(heard.slice(0, 4)).toEqual(['all', standingChangesMost, 'all', 2]);
  });

  it('tells once of a change that several looks find', async () => {
    const same = ended(1);
    const { heard } = startWatch([ended(0), same, same, same]);
    await eventually(() => expect(heard.length).toBeGreaterThan(3));
    expect(heard.slice(0, 4)).toEqual(['all', 1, 0, 0]);
  });
});
