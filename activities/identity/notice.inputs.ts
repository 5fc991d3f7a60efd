import { startOfNotice } from '../../workflows/identity/notice/notice.contract.js';
import { id, oneOf, type InputsOf } from '../shared/input.js';
import type { createNoticeActivities } from './notice.activities.js';

const eventId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

export const noticeInputs: InputsOf<ReturnType<typeof createNoticeActivities>> = {
  listNoticeMessages: {
    schemas: [id],
    startOf: ([event]) => startOfNotice(event),
    example: [eventId],
  },
  sendNotice: {
    schemas: [id, id],
    startOf: ([event]) => startOfNotice(event),
    example: [eventId, eventId],
  },
  recordNoticeOutcome: {
    schemas: [id, oneOf(['SENT', 'FAILED'])],
    startOf: ([event]) => startOfNotice(event),
    example: [eventId, 'SENT'],
  },
};
