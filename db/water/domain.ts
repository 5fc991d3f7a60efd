import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as alert from './alert.events.js';
import * as device from './device.events.js';
import * as order from './order.events.js';
import * as reservoir from './reservoir.events.js';
import * as review from './review.events.js';
import * as seller from './seller.events.js';
import * as site from './site.events.js';
import { waterInvariants } from './invariant.views.js';

export const waterDatabase: DatabaseDomain = {
  name: 'water',
  events: eventsOf(alert, device, order, reservoir, review, seller, site),
  invariants: waterInvariants,
};
