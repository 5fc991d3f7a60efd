import { describe, expect, it } from '@jest/globals';
import {
  standingAfter,
  userStatusActions,
  type UserStanding,
  type UserStatusAction,
} from '../../../workflows/identity/staff/user-status.rules.js';
import { userStatuses, type UserStatus } from '../../../workflows/identity/user.contract.js';
import { codeOf } from '../identity-fixture.js';

const standingOf = (status: UserStatus): UserStanding => ({
  status,
  statusBeforeLock: null,
  statusBeforeDisable: null,
});
const after = (status: UserStatus, ...actions: UserStatusAction[]): UserStatus =>
  actions.reduce((standing, action) => standingAfter(action, standing), standingOf(status)).status;

describe('the status of a user', () => {
  it.each(['PENDING_VERIFICATION', 'ACTIVE'] as const)('comes back to %s', (status) => {
    expect(after(status, 'lock')).toBe('LOCKED');
    expect(after(status, 'lock', 'unlock')).toBe(status);
    expect(after(status, 'disable')).toBe('DISABLED');
    expect(after(status, 'disable', 'enable')).toBe(status);
    expect(after(status, 'lock', 'disable', 'enable')).toBe('LOCKED');
    expect(after(status, 'lock', 'disable', 'enable', 'unlock')).toBe(status);
  });

  it('is changed by a repeat no more', () => {
    for (const action of userStatusActions)
      for (const status of userStatuses) {
        const once = () => after(status, action);
        if (typeof refusalOf(once) === 'string') continue;
        expect(after(status, action, action)).toBe(once());
      }
  });

  it('is refused for what another status forbids', async () => {
    const refused = [];
    for (const action of userStatusActions)
      for (const status of userStatuses) {
        const work = Promise.resolve().then(() => after(status, action));
        if ((await codeOf(work)) === 'CONFLICT') refused.push(`${action} ${status}`);
      }
    expect(refused).toEqual(['lock DISABLED', 'unlock DISABLED', 'enable LOCKED']);
  });
});

function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
