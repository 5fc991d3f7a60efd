import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as auditExport from './audit/audit-export.events.js';
import * as deadLetter from './webhook/dead-letter.events.js';
import * as deadLetterDecision from './webhook/dead-letter-decision.events.js';
import * as schedule from './schedule.events.js';
import * as webhook from './webhook/webhook.events.js';
import { platformInvariants } from './invariant.views.js';

export const platformDatabase: DatabaseDomain = {
  name: 'platform',
  events: eventsOf(auditExport, deadLetter, deadLetterDecision, schedule, webhook),
  invariants: platformInvariants,
  figures: [{ name: 'events', table: 'platform.events' }],
  personalData: [],
};
