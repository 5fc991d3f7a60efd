import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as account from './account/account.events.js';
import * as apiKey from './credential/api-key.events.js';
import * as notice from './notice/notice.events.js';
import * as grant from './account/grant.events.js';
import * as invite from './invite/invite.events.js';
import * as mfa from './mfa/mfa.events.js';
import * as otp from './code/otp.events.js';
import * as identity from './sso/identity.events.js';
import * as signingKey from './credential/signing-key.events.js';
import * as password from './password/password.events.js';
import * as session from './session/session.events.js';
import * as subscription from './account/subscription.events.js';
import * as user from './user/user.events.js';
import { identityInvariants } from './invariant.views.js';

export const identityDatabase: DatabaseDomain = {
  name: 'identity',
  events: eventsOf(
    account,
    apiKey,
    grant,
    identity,
    invite,
    mfa,
    notice,
    otp,
    password,
    session,
    signingKey,
    subscription,
    user,
  ),
  invariants: identityInvariants,
  figures: [{ name: 'accounts', table: 'identity.subscriptions' }],
  personalData: [],
};
