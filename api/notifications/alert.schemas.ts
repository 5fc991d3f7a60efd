import { Type } from 'typebox';
import { alertSeverities } from '../../workflows/notifications/alert.contract.js';
import { alertLanguages } from '../../workflows/shared/alert-language.js';
import { alertContexts, alertMessageKeys } from '../../workflows/shared/alert-texts.js';
import { component, nullable, closedObject, pageQuery, timestamp, uuid } from '../route/schema.js';

const language = Type.Enum([...alertLanguages], {
  description: "The reader's own language when left out",
});

export const alertLanguage = closedObject({ language: Type.Optional(language) });
export const alertQuery = closedObject({
  ...pageQuery.properties,
  language: Type.Optional(language),
  severity: Type.Optional(Type.Enum([...alertSeverities])),
});

const delivery = closedObject({
  channel: Type.Enum(['APP', 'SMS', 'EMAIL', 'PUSH']),
  status: Type.Enum(['PENDING', 'SENT', 'FAILED', 'SUPPRESSED']),
  sent_at: nullable(timestamp),
});

export const alert = component(
  'Alert',
  closedObject({
    alert_id: uuid,
    event_id: uuid,
    event_type: Type.String({ examples: ['RESERVOIR_LEVEL_STATE_CHANGED'] }),
    subject_type: Type.String({ examples: ['reservoir'] }),
    subject_id: Type.String(),
    severity: Type.Enum([...alertSeverities]),
    context_type: Type.Enum([...alertContexts]),
    message_key: Type.Enum([...alertMessageKeys]),
    message_args: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
    rendered_title: Type.String(),
    rendered_message: Type.String(),
    data_snapshot: Type.Record(Type.String(), Type.Unknown()),
    deeplink: Type.String({ examples: ['/reservoirs/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f'] }),
    created_at: timestamp,
    read_at: nullable(timestamp),
    resolved_at: nullable(timestamp),
    deliveries: Type.Array(delivery, { maxItems: 20 }),
  }),
);
