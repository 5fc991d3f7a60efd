import type { DomainWords } from '../shared/domain.js';
import { code } from '../shared/error-kinds.js';
import { inviteWorkflowType, startOfInvite, type InviteInput } from './invite/invite.contract.js';
import { noticeWorkflowType, startOfNotice, type NoticeInput } from './notice/notice.contract.js';
import { otpWorkflowType, startOfOtp, type OtpInput } from './otp.contract.js';

export const identityWords = {
  errorCodes: {
    ACCOUNT_ALREADY_EXISTS: code('conflict', 'An account with this identifier exists.'),
    ACCOUNT_LOCKED: code('refused', 'The account is locked.'),
    ACCOUNT_DISABLED: code('refused', 'The account is disabled.'),
    INVALID_CREDENTIALS: code('unauthenticated', 'The user name or password is wrong.'),
    INVALID_USERNAME_FORMAT: code(
      'invalid',
      'A user name is an e-mail address or a phone number in E.164.',
    ),
    INVALID_REFRESH_TOKEN: code('unauthenticated', 'The refresh token is not valid.'),
    INVALID_OTP: code('invalid', 'The code is wrong.'),
    OTP_EXPIRED: code('conflict', 'The code has expired or was used.'),
    OTP_ATTEMPTS_EXCEEDED: code('limited', 'Too many wrong tries; ask for a new code.'),
    WEAK_PASSWORD: code(
      'invalid',
      'The password is too short, too common or too much like the address or number.',
    ),
    PLAN_TOO_SMALL: code('conflict', 'The account uses more than the plan allows.'),
    SUBSCRIPTION_INACTIVE: code(
      'conflict',
      'The subscription has lapsed; it is taken up again once it is paid.',
    ),
    MFA_REQUIRED_BY_ACCOUNT: code('refused', 'The account requires a second factor of this role.'),
    SSO_STATE_MISMATCH: code(
      'malformed',
      'This sign-in was not begun in this browser, is over, or has come back before.',
    ),
    SSO_DENIED: code('refused', 'The provider did not let the person in.'),
    SSO_TOKEN_INVALID: code('unauthenticated', 'What the provider answered is not valid.'),
    SSO_PROVIDER_UNAVAILABLE: code('unavailable', 'The provider cannot be reached now.'),
    SSO_EMAIL_NOT_VERIFIED: code(
      'refused',
      'The provider does not say that the person has proved an e-mail address.',
    ),
    SSO_LINK_REQUIRED: code(
      'conflict',
      'The provider may not vouch for this address; sign in, and link the provider by hand.',
    ),
    FIREBASE_NOT_CONFIGURED: code('unavailable', 'No Firebase project is configured.'),
    INVALID_IMAGE: code('invalid', 'The bytes are no PNG, JPEG or WebP, or too large an image.'),
    INVALID_INVITE: code('invalid', 'The invite is not valid, or not for you.'),
    INVITE_EXPIRED: code('conflict', 'The invite has expired; ask for another.'),
    INVITE_LIMIT_REACHED: code('conflict', 'The account has as many open invites as it may have.'),
    LAST_IDENTIFIER: code('conflict', 'A proved address or number has to stay.'),
    LAST_PLATFORM_ADMIN: code('conflict', 'A platform admin who may sign in has to stay.'),
    LAST_OWNER: code('conflict', 'An owner who may sign in has to stay.'),
    TOO_MANY_ACCOUNTS: code('conflict', 'A person opens no more accounts than this.'),
    MFA_REQUIRED: code('unauthenticated', 'The second factor is missing.'),
    INVALID_MFA_CODE: code('unauthenticated', 'The code of the second factor is wrong.'),
    INVALID_MFA_TOKEN: code('unauthenticated', 'The sign-in is over; begin it anew.'),
    MFA_ALREADY_ENABLED: code('conflict', 'A second factor is enabled already.'),
    AMBIGUOUS_CREDENTIALS: code('malformed', 'Send an access token or an API key, not both.'),
    API_KEY_LIMIT_REACHED: code('conflict', 'The account has as many API keys as it may have.'),
    ALREADY_BOOTSTRAPPED: code('conflict', 'The first administrator exists already.'),
  },
  limitedResources: [],
  starts: {
    [inviteWorkflowType]: ({ inviteId }: InviteInput) => startOfInvite(inviteId),
    [noticeWorkflowType]: ({ eventId }: NoticeInput) => startOfNotice(eventId),
    [otpWorkflowType]: ({ tokenId }: OtpInput) => startOfOtp(tokenId),
  },
  alertTexts: {},
  alertContexts: [],
  tags: {
    Identity: 'Registering, signing in, and who one is.',
    Accounts: 'Organisations, and what they show of themselves.',
    Members: 'Who has access to an account, and to what in it.',
    Plans: 'What an account may use, and how much of it.',
  },
  actingWorkflows: [],
} as const satisfies DomainWords;
