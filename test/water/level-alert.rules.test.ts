import { expect, it } from '@jest/globals';
import { levelAlert } from '../../workflows/water/level-alert.rules.js';

it.each([
  [null, 'CRITICAL', 'CRITICAL', 'level_critical', false],
  ['LOW', 'CRITICAL', 'CRITICAL', 'level_critical', false],
  ['CRITICAL', 'LOW', 'WARNING', 'level_low', true],
  ['NORMAL', 'LOW', 'WARNING', 'level_low', false],
  ['LOW', 'NORMAL', 'INFO', 'level_recovered', true],
  ['CRITICAL', 'FULL', 'INFO', 'level_recovered', true],
  ['FULL', 'NORMAL', 'INFO', 'level_normal', false],
] as const)('from %s to %s is %s: %s', (previous, next, severity, key, resolvesEarlier) => {
  const messageKey = `reservoir.${key}`;
  expect(levelAlert(previous, next)).toEqual({ severity, messageKey, resolvesEarlier });
});
