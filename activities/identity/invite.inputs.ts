import { startOfInvite } from '../../workflows/identity/invite/invite.contract.js';
import { count, id, type InputsOf } from '../shared/input.js';
import type { createInviteActivities } from './invite.activities.js';

const inviteId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

export const inviteInputs: InputsOf<ReturnType<typeof createInviteActivities>> = {
  readInvite: {
    schemas: [id],
    startOf: ([invite]) => startOfInvite(invite),
    example: [inviteId],
  },
  sendInvite: {
    schemas: [id, count],
    startOf: ([invite]) => startOfInvite(invite),
    example: [inviteId, 1],
  },
  sendInviteReminder: {
    schemas: [id],
    startOf: ([invite]) => startOfInvite(invite),
    example: [inviteId],
  },
  expireInvite: {
    schemas: [id],
    startOf: ([invite]) => startOfInvite(invite),
    example: [inviteId],
  },
};
