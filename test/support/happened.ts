import { Type } from 'typebox';
import { defineEvent } from '../../db/shared/event.js';

/** An event that means nothing but its number, for tests of what brings events about. */
export const happened = defineEvent({
  type: 'TEST_HAPPENED',
  version: 1,
  topic: 'test.happened',
  subjectType: 'test',
  payload: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  example: { n: 1 },
});
