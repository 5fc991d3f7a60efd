import { constants } from 'node:os';

/** A shell's exit code of a command ended by a signal is the signal's number and 128 more. */
const bySignal = 128;

/** The end of a process in words: the name of a signal, or the exit code. */
export function endingOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return signal;
  const name = Object.entries(constants.signals).find(
    ([, number]) => code === bySignal + number,
  )?.[0];
  return name ?? `exit code ${code ?? 'unknown'}`;
}
