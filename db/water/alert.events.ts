import { Type } from 'typebox';
import { alertMessageKeys, alertSeverities } from '../../workflows/water/alert.contract.js';
import { defineEvent } from '../shared/event.js';

const id = Type.String({ format: 'uuid' });
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

export const alertCreated = defineEvent({
  type: 'ALERT_CREATED',
  version: 1,
  topic: 'water.alert.created',
  subjectType: 'alert',
  payload: Type.Object(
    {
      alert_id: id,
      event_id: id,
      subject_type: Type.String({ pattern: '^[a-z_-]{1,50}$' }),
      subject_id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }),
      severity: Type.Enum([...alertSeverities]),
      message_key: Type.Enum([...alertMessageKeys]),
    },
    { additionalProperties: false },
  ),
  example: {
    alert_id: anId,
    event_id: anId,
    subject_type: 'reservoir',
    subject_id: anId,
    severity: 'WARNING',
    message_key: 'reservoir.level_low',
  },
});
