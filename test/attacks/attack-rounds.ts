import { randomInt } from 'node:crypto';
import { seededRandom } from '../faults/random.js';

/** How many times as much as in a normal run is tried. */
export const attackRounds = Number(process.env['ATTACK_ROUNDS'] ?? 1);
const seed = Number(process.env['ATTACK_SEED'] ?? randomInt(2 ** 31));

/** For test names with random input, so that the run can be played again. */
export const attackRun = `ATTACK_SEED=${seed} ATTACK_ROUNDS=${attackRounds}`;

interface Chance {
  below(limit: number): number;
  of<T>(choices: readonly T[]): T;
}

/** Always the same choices for a seed. */
export function attackChance(): Chance {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    of: <T>(choices: readonly T[]): T => {
      if (choices.length === 0) throw new Error('there is nothing to choose from');
      return choices[below(choices.length)] as T;
    },
  };
}
