import { Type } from 'typebox';
import { alertSeverities } from '../../workflows/notifications/alert.contract.js';
import { defineEvent } from '../shared/event.js';

const id = Type.String({ format: 'uuid' });
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const fields = {
  alert_id: id,
  event_id: id,
  subject_type: Type.String({ pattern: '^[a-z_-]{1,50}$' }),
  subject_id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }),
  severity: Type.Enum([...alertSeverities]),
};
const base = {
  type: 'ALERT_CREATED',
  topic: 'water.alert.created',
  subjectType: 'alert',
  example: {
    alert_id: anId,
    event_id: anId,
    subject_type: 'reservoir',
    subject_id: anId,
    severity: 'WARNING',
    message_key: 'reservoir.level_low',
  },
} as const;

/** Emitted while alerts were of levels and orders only; unchanged since. */
export const alertCreatedV1 = defineEvent({
  ...base,
  version: 1,
  payload: Type.Object(
    {
      ...fields,
      message_key: Type.Enum([
        'reservoir.level_critical',
        'reservoir.level_low',
        'reservoir.level_recovered',
        'reservoir.level_full',
        'reservoir.level_normal',
        'order.delivery_overdue',
      ]),
    },
    { additionalProperties: false },
  ),
});

/** The keys are a pattern: each kind of alert brings some, and no key is worth a version. */
export const alertCreated = defineEvent({
  ...base,
  version: 2,
  payload: Type.Object(
    { ...fields, message_key: Type.String({ pattern: '^[a-z_]{1,50}\\.[a-z_]{1,50}$' }) },
    { additionalProperties: false },
  ),
});
