import { describe, expect, it } from '@jest/globals';
import {
  decideAside,
  type AsideMessage,
  type SequenceStanding,
} from '../../workflows/devices/sequence.rules.js';

const minute = 60_000;
const standing = (given: Partial<SequenceStanding> = {}): SequenceStanding => ({
  bottom: 0,
  top: 5_000,
  reach: 1_000,
  acceptedTo: 5_001,
  bootId: null,
  newestObservedMs: null,
  ...given,
});
const message = (seq: number, given: Partial<AsideMessage> = {}): AsideMessage => ({
  seq,
  bootId: null,
  saysRestarted: false,
  observedMs: null,
  waitedMs: 0,
  acceptedTo: 5_001,
  top: 5_000,
  isTaken: seq <= 5_000,
  isGivenUp: false,
  isOfBefore: false,
  isRepeat: false,
  stored: seq <= 5_000 ? { likeness: 'OTHER', bootId: null } : null,
  ...given,
});
const free = (seq: number, given: Partial<AsideMessage> = {}) =>
  message(seq, { isTaken: false, stored: null, ...given });
const repeated = (seq: number) => message(seq, { stored: { likeness: 'SAME', bootId: null } });
const verdicts = (messages: AsideMessage[], given: Partial<SequenceStanding> = {}) =>
  decideAside(standing(given), messages).verdicts;
const restartOf = (messages: AsideMessage[], given: Partial<SequenceStanding> = {}) =>
  decideAside(standing(given), messages).restart;

describe('what stands aside', () => {
  it('takes a repeat for one, in other words too where the device may be sending it again', () => {
    expect(verdicts([repeated(7), repeated(8), repeated(9)])).toEqual([
      'DUPLICATE',
      'DUPLICATE',
      'DUPLICATE',
    ]);
    const reworded = { stored: { likeness: 'SAME_MEASURE' as const, bootId: null } };
    expect(verdicts([4_998, 4_999, 5_000].map((seq) => message(seq, reworded)))).toEqual(
      Array(3).fill('DUPLICATE'),
    );
  });

  it('waits with a jump until the device goes on above it, or below', () => {
    expect(verdicts([message(2 ** 50)])).toEqual(['WAIT']);
    expect(decideAside(standing(), [message(9_000), message(9_001)])).toMatchObject({
      verdicts: ['ACCEPT', 'ACCEPT'],
      longestJump: 4_000,
    });
    const since = { top: 5_003, acceptedTo: 5_004 };
    expect(verdicts([message(2 ** 50)], since)).toEqual(['WAIT']);
    expect(verdicts([message(2 ** 50, { waitedMs: minute })], since)).toEqual(['SEQ_IMPLAUSIBLE']);
    // Out of order: a real jump, and the messages sent before the jump.
    expect(verdicts([message(9_000, { waitedMs: minute }), message(9_001)], since)).toEqual([
      'ACCEPT',
      'ACCEPT',
    ]);
  });

  it('begins an epoch when other messages come under known numbers, one after the other', () => {
    expect(restartOf([message(0), message(1)])).toBeUndefined();
    expect(decideAside(standing(), [message(0), message(1), message(2)])).toMatchObject({
      restart: 'COUNTER',
      verdicts: ['ACCEPT', 'ACCEPT', 'ACCEPT'],
    });
    expect(restartOf([message(2), message(1), message(0)])).toBeUndefined();
    expect(restartOf([message(0), repeated(1), message(2), message(3)])).toBe('COUNTER');
    expect(restartOf([0, 1, 2].map((seq) => message(seq, { isOfBefore: true })))).toBe('COUNTER');
  });

  it('begins an epoch at once when the device says that it has started, under a number that was used', () => {
    expect(restartOf([message(0, { saysRestarted: true })])).toBe('RESET_REASON');
    expect(restartOf([message(0, { bootId: 'b' })], { bootId: 'a' })).toBe('BOOT_ID');
    expect(
      restartOf([message(4_000, { bootId: 'b', stored: { likeness: 'OTHER', bootId: 'a' } })]),
    ).toBe('BOOT_ID');
    expect(restartOf([message(4_000, { saysRestarted: true })])).toBeUndefined();
    expect(
      restartOf([repeated(0)].map((each) => ({ ...each, saysRestarted: true }))),
    ).toBeUndefined();
  });

  it('takes numbers that nothing is known of for late ones, unless the clock of the device says otherwise', () => {
    const late = [0, 1, 2, 3];
    const beginning = { bottom: 3_000, newestObservedMs: 1_000 };
    const earlier = late.map((seq) =>
      free(seq, { observedMs: seq, saysRestarted: true, bootId: 'b' }),
    );
    expect(restartOf(earlier, beginning)).toBeUndefined();
    expect(
      restartOf(
        late.map((seq) => free(seq)),
        beginning,
      ),
    ).toBeUndefined();
    expect(
      verdicts(
        late.map((seq) => free(seq, { waitedMs: 10_000 })),
        beginning,
      ),
    ).toEqual(Array(4).fill('ACCEPT'));
    const later = late.map((seq) => free(seq, { observedMs: 2_000 + seq }));
    expect(restartOf(later, beginning)).toBe('COUNTER');
    expect(
      restartOf(
        late.map((seq) => free(seq)),
        { bottom: 2 ** 40, top: 2 ** 40 },
      ),
    ).toBe('COUNTER');
  });

  it('lets in what fills a gap, and neither what was given up nor what somebody else was sent', () => {
    expect(verdicts([free(4_000)])).toEqual(['ACCEPT']);
    const since = { top: 5_003, acceptedTo: 5_004 };
    expect(verdicts([message(10, { stored: null, isGivenUp: true })], since)).toEqual([
      'GAP_GIVEN_UP',
    ]);
    expect(verdicts([free(10, { isOfBefore: true })], since)).toEqual(['UNATTACHED']);
    expect(verdicts([message(10)], since)).toEqual(['DUPLICATE']);
    expect(verdicts([message(5_001), message(5_001)])).toEqual(['ACCEPT', 'WAIT']);
  });
});
