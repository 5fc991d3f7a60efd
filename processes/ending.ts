import { constants } from 'node:os';

/** A shell answers with this much and the number of the signal for a command that a signal ended. */
const bySignal = 128;

/** How a process ended, in words: the name of a signal, or its exit code. */
export function endingOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return signal;
  const name = Object.entries(constants.signals).find(([, number]) => code === bySignal + number)?.[0];
  return name ?? `exit code ${code ?? 'unknown'}`;
}
