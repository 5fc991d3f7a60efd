/** The crash points, each named for the boundary where a process may die. */
export const crashPoints = [
  'transaction.before-commit',
  'transaction.after-commit',
  'api.before-update',
  'api.before-answer',
  'activity.before-answer',
  'otp.before-mark',
  'notice.before-mark',
  'invite.before-mark',
  'sso.before-link',
  'avatar.before-row',
  'object.before-row',
  'audit-witness.before-note',
  'signing-key.before-use',
  'relay.after-fan-out',
  'relay.before-send',
  'relay.before-mark',
  'gateway.before-puback',
  'gateway.before-cursor',
] as const;
type CrashPoint = (typeof crashPoints)[number];

let armed: { name: CrashPoint; passesLeft: number } | undefined;

/**
 * Arms a crash point, given as `name:nth`: the process dies at the nth pass. Throws for an unknown
 * name.
 */
export function armCrashPoint(at: string): void {
  const [, name, nth] = /^([a-z.-]+):([1-9][0-9]*)$/.exec(at) ?? [];
  const known = crashPoints.find((each) => each === name);
  if (known === undefined)
    throw new Error(`there is no crash point ${at}; there are ${crashPoints.join(', ')}`);
  armed = { name: known, passesLeft: Number(nth) };
}

/** Ends the process as `kill -9` does if the crash point is armed; otherwise does nothing. */
export function crashPoint(name: CrashPoint): void {
  if (armed?.name !== name) return;
  armed.passesLeft -= 1;
  if (armed.passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
