import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as account from './account.events.js';
import * as otp from './otp.events.js';
import * as session from './session.events.js';
import * as subscription from './subscription.events.js';
import * as user from './user.events.js';
import { identityInvariants } from './invariant.views.js';

export const identityDatabase: DatabaseDomain = {
  name: 'identity',
  events: eventsOf(account, otp, session, subscription, user),
  invariants: identityInvariants,
};
