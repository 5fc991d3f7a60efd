import { Type } from 'typebox';
import { defineEvent } from '../../../db/shared/event.js';

/** An event with a number and no other meaning, for tests of consumers. */
export const happened = defineEvent({
  type: 'TEST_HAPPENED',
  version: 1,
  topic: 'test.happened',
  subjectType: 'test',
  payload: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  example: { n: 1 },
});
