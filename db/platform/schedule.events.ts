import { Type } from 'typebox';
import { defineEvent } from '../shared/event.js';

const closed = { additionalProperties: false } as const;
const seconds = Type.Integer({ minimum: 0 });
const base = { version: 1, subjectType: 'schedule' } as const;

/** A schedule has not succeeded for two periods. */
export const scheduleSilent = defineEvent({
  ...base,
  type: 'SCHEDULE_SILENT',
  topic: 'platform.schedule.silent',
  payload: Type.Object(
    {
      schedule_id: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
      every_seconds: seconds,
      silent_seconds: seconds,
    },
    closed,
  ),
  example: { schedule_id: 'purge-effects', every_seconds: 3_600, silent_seconds: 7_230 },
});

/** A silent schedule has succeeded again. */
export const scheduleRecovered = defineEvent({
  ...base,
  type: 'SCHEDULE_RECOVERED',
  topic: 'platform.schedule.recovered',
  payload: Type.Object(
    { schedule_id: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }), silent_seconds: seconds },
    closed,
  ),
  example: { schedule_id: 'purge-effects', silent_seconds: 9_000 },
});

/** An operator asks for a run now. */
export const scheduleRunRequested = defineEvent({
  ...base,
  type: 'SCHEDULE_RUN_REQUESTED',
  topic: 'platform.schedule.run_requested',
  payload: Type.Object({ schedule_id: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }) }, closed),
  example: { schedule_id: 'purge-effects' },
});
