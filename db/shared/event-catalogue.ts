import type { TObject } from 'typebox';
import * as account from '../identity/account.events.js';
import * as otp from '../identity/otp.events.js';
import * as session from '../identity/session.events.js';
import * as subscription from '../identity/subscription.events.js';
import * as user from '../identity/user.events.js';
import * as auditExport from '../platform/audit-export.events.js';
import * as deadLetter from '../platform/dead-letter.events.js';
import * as deadLetterDecision from '../platform/dead-letter-decision.events.js';
import * as schedule from '../platform/schedule.events.js';
import * as webhook from '../platform/webhook.events.js';
import * as alert from '../water/alert.events.js';
import * as device from '../water/device.events.js';
import * as order from '../water/order.events.js';
import * as reservoir from '../water/reservoir.events.js';
import * as review from '../water/review.events.js';
import * as seller from '../water/seller.events.js';
import * as site from '../water/site.events.js';
import type { EventDefinition } from './event.js';

const identityEvents = [account, otp, session, subscription, user];
const platformEvents = [auditExport, deadLetter, deadLetterDecision, schedule, webhook];
const waterEvents = [alert, device, order, reservoir, review, seller, site];

/** Every event that there is, in every version. test/architecture/event-catalogue.test.ts finds a file that is missing. */
export const eventCatalogue: readonly EventDefinition<TObject>[] = [
  ...identityEvents,
  ...platformEvents,
  ...waterEvents,
].flatMap((file: object) => Object.values(file).flatMap(definitionsIn));

/** An export is a definition, or an object that holds some. */
function definitionsIn(exported: unknown): EventDefinition<TObject>[] {
  if (typeof exported !== 'object' || exported === null) return [];
  if (isDefinition(exported)) return [exported];
  return Object.values(exported).filter(isDefinition);
}

function isDefinition(value: unknown): value is EventDefinition<TObject> {
  return typeof value === 'object' && value !== null && 'payload' in value && 'of' in value;
}
