/** Between two things that must both happen, or neither be seen: where a process may die, by the boundary that it leaves open. */
export const crashPoints = [
  'transaction.before-commit',
  'transaction.after-commit',
  'api.before-update',
  'api.before-answer',
  'activity.before-answer',
  'otp.before-mark',
  'object.before-row',
  'audit-witness.before-note',
  'relay.after-fan-out',
  'relay.before-send',
  'relay.before-mark',
  'gateway.before-puback',
  'gateway.before-cursor',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

let armed: { name: CrashPoint; passesLeft: number } | undefined;

/** From now on this process dies at the nth pass of a point, given as `name:nth`. Throws when there is no such point. */
export function armCrashPoint(at: string): void {
  const [, name, nth] = /^([a-z.-]+):([1-9][0-9]*)$/.exec(at) ?? [];
  const known = crashPoints.find((each) => each === name);
  if (known === undefined) throw new Error(`there is no crash point ${at}; there are ${crashPoints.join(', ')}`);
  armed = { name: known, passesLeft: Number(nth) };
}

/** Ends the process here, as `kill -9` does, when it was armed for this; nothing otherwise. */
export function crashPoint(name: CrashPoint): void {
  if (armed?.name !== name) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
