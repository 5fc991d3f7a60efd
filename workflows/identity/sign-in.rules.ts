/**
 * After so long without a wrong password from an unknown device, the count of an identifier begins
 * anew.
 */
export const signInMemorySeconds = 3_600;

interface Slowdown {
  /** How long the password is not looked at. */
  holdMs: number;
  /** Distance between tries let in; 0 lets all tries in. */
  spacingMs: number;
}

const freeTries = 10;
const maxHoldMs = 3_000;
const spacedFrom = 100;
const maxSpacingMs = 10_000;

/**
 * The slowdown of an unknown device by the wrong passwords for an identifier from everywhere:
 * nothing at first, then a growing pause in which a right password still gets through, and in the
 * end a growing distance between tries.
 */
export function slowdownOf(wrongCount: number): Slowdown {
  if (wrongCount < freeTries) return { holdMs: 0, spacingMs: 0 };
  const holdMs = Math.min(maxHoldMs, 100 * 2 ** Math.floor((wrongCount - freeTries) / 10));
  if (wrongCount < spacedFrom) return { holdMs, spacingMs: 0 };
  return { holdMs, spacingMs: Math.min(maxSpacingMs, 1_000 * Math.floor(wrongCount / spacedFrom)) };
}
