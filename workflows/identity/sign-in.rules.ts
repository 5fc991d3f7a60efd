/** After so long without a wrong password from an unknown device, the count of an identifier begins anew. */
export const signInMemorySeconds = 3_600;

export interface Slowdown {
  /** How long the password is not looked at. */
  holdMs: number;
  /** Of any number of tries, one in so long is let in; 0 for all of them. */
  spacingMs: number;
}

const freeTries = 10;
const maxHoldMs = 3_000;
const spacedFrom = 100;
const maxSpacingMs = 10_000;

/**
 * What a device that is not known pays for the wrong passwords that were given for an identifier from wherever: nothing at
 * first, then a growing pause in which a right one still gets through, and in the end a growing distance between tries.
 */
export function slowdownOf(wrongCount: number): Slowdown {
  if (wrongCount < freeTries) return { holdMs: 0, spacingMs: 0 };
  const holdMs = Math.min(maxHoldMs, 100 * 2 ** Math.floor((wrongCount - freeTries) / 10));
  if (wrongCount < spacedFrom) return { holdMs, spacingMs: 0 };
  return { holdMs, spacingMs: Math.min(maxSpacingMs, 1_000 * Math.floor(wrongCount / spacedFrom)) };
}
