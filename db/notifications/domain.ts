import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as alert from './alert.events.js';
import { notificationInvariants } from './invariant.views.js';

export const notificationsDatabase: DatabaseDomain = {
  name: 'notifications',
  events: eventsOf(alert),
  invariants: notificationInvariants,
  figures: [],
  personalData: [],
};
