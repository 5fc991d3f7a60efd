import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as auditExport from './audit-export.events.js';
import * as deadLetter from './dead-letter.events.js';
import * as deadLetterDecision from './dead-letter-decision.events.js';
import * as schedule from './schedule.events.js';
import * as webhook from './webhook.events.js';
import { platformInvariants } from './invariant.views.js';

export const platformDatabase: DatabaseDomain = {
  name: 'platform',
  events: eventsOf(auditExport, deadLetter, deadLetterDecision, schedule, webhook),
  invariants: platformInvariants,
};
