import type { LockProofs } from './lock-proof.js';

const userId = '01890000-0000-7000-8000-00000000a001';
const principalId = '01890000-0000-7000-8000-00000000a002';
const sessionId = '01890000-0000-7000-8000-00000000a003';
const tokenId = '01890000-0000-7000-8000-00000000a004';
const accountId = '01890000-0000-7000-8000-00000000a006';
const openSessionId = '01890000-0000-7000-8000-00000000a007';
const resetTokenId = '01890000-0000-7000-8000-00000000a008';
const machine = { issuer: 'https://issuer.example', subject: 'a machine' };
const email = 'locked@example.com';
const hash = Buffer.alloc(32, 7);
const hashText = `\\x${hash.toString('hex')}`;
const [past, future] = ['2026-01-01', '2126-01-01'];

const user = [
  'identity.users',
  { user_id: userId, email, principal_id: principalId, status: 'ACTIVE' },
] as const;
const registration = [
  'identity.registrations',
  { registration_id: tokenId, user_id: userId, email, expires_at: future },
] as const;
const session = [
  'identity.user_sessions',
  { session_id: sessionId, user_id: userId, principal_id: principalId, revoked_at: past },
] as const;
const token = ['identity.refresh_tokens', { token_hash: hashText, session_id: sessionId }] as const;
const heldToken = {
  'identity.user_sessions': 'UPDATE',
  'identity.refresh_tokens': 'UPDATE',
} as const;
const pushToken = { lockName: 'a token' };
const avatarId = tokenId;
const heldUser = { 'identity.users': 'UPDATE' } as const;
const heldRegistration = { 'identity.registrations': 'UPDATE' } as const;
const identifier = { identifier: email };
const provedUser = [
  'identity.users',
  {
    user_id: resetTokenId,
    email: 'guest@example.com',
    email_verified_at: past,
    principal_id: resetTokenId,
    status: 'ACTIVE',
  },
] as const;
const invite = [
  'identity.invites',
  {
    account_id: accountId,
    invite_id: tokenId,
    channel: 'EMAIL',
    identifier: email,
    role: 'VIEWER',
    status: 'PENDING',
    invited_by: principalId,
    expires_at: future,
  },
] as const;
const heldInvite = { 'identity.invites': 'UPDATE' } as const;

export const lockProofs: LockProofs = {
  'apiKey.lockRoom': { parameters: { room: 'an account' }, excludes: { room: 'an account' } },
  'apiKey.makerRole': {
    rows: [
      [
        'identity.access_grants',
        {
          account_id: sessionId,
          principal_id: principalId,
          resource_type: 'account',
          resource_id: sessionId,
          role: 'OWNER',
        },
      ],
    ],
    parameters: { accountId: sessionId, principalId },
    holds: { 'identity.access_grants': 'SHARE' },
  },
  'access.lockAccount': {
    rows: [['identity.accounts', { account_id: accountId }]],
    parameters: { accountId },
    holds: { 'identity.accounts': 'NO KEY UPDATE' },
  },
  'avatar.stored': {
    rows: [
      [
        'identity.avatars',
        { avatar_id: avatarId, principal_id: principalId, object_id: sessionId, stored_at: past },
      ],
    ],
    parameters: { principalId, avatarId },
    holds: { 'identity.avatars': 'KEY SHARE' },
  },
  'bootstrap.lock': { excludes: {} },
  'identifier.lock': { parameters: identifier, excludes: identifier },
  'identifier.ownUnproved': {
    rows: [user],
    parameters: { userId, email, phoneE164: null },
    holds: heldUser,
  },
  'identifierChange.contacts': {
    rows: [user],
    parameters: { userId },
    holds: heldUser,
  },
  'mfaChallenge.add': {
    rows: [user],
    parameters: {
      tokenHash: hash,
      userId,
      channel: null,
      amr: ['pwd'],
      challengeSeconds: 60,
      passwordHash: null,
    },
    holds: { 'identity.users': 'SHARE' },
  },
  'platformRole.lockAdmins': { parameters: {}, excludes: {} },
  'staff.target': {
    rows: [user],
    parameters: { userId },
    holds: { 'identity.users': 'NO KEY UPDATE' },
  },
  'invite.pending': {
    rows: [invite],
    parameters: { accountId, channel: 'EMAIL', identifier: email },
    holds: heldInvite,
  },
  'invite.byId': {
    rows: [invite],
    parameters: { accountId, inviteId: tokenId },
    holds: heldInvite,
  },
  'invite.locked': { rows: [invite], parameters: { inviteId: tokenId }, holds: heldInvite },
  'invite.provedTarget': {
    rows: [provedUser],
    parameters: { principalId: resetTokenId, email: 'guest@example.com', phoneE164: null },
    holds: { 'identity.users': 'SHARE' },
  },
  'externalPrincipal.lock': { parameters: machine, excludes: machine },
  'identity.session': {
    rows: [
      user,
      [
        'identity.user_sessions',
        {
          session_id: openSessionId,
          user_id: userId,
          principal_id: principalId,
          expires_at: future,
          absolute_until: future,
        },
      ],
    ],
    parameters: { userId, sessionId: openSessionId },
    holds: { 'identity.users': 'SHARE', 'identity.user_sessions': 'SHARE' },
  },
  'keys.lock': { excludes: {} },
  'passwordReset.sentCodes': {
    rows: [
      user,
      [
        'identity.tokens',
        {
          token_id: resetTokenId,
          user_id: userId,
          purpose: 'RESET_PASSWORD',
          identifier_hash: hashText,
          expires_at: future,
        },
      ],
      ['identity.token_channels', { token_id: resetTokenId, channel: 'EMAIL', identifier: email }],
    ],
    parameters: {
      identifierHash: hash,
      purpose: 'RESET_PASSWORD',
      maxOtpAttempts: 5,
      resendWindowSeconds: 3_600,
    },
    holds: { 'identity.tokens': 'UPDATE' },
  },
  'pushToken.holder': {
    rows: [['identity.push_tokens', { account_id: sessionId, push_token_id: tokenId }]],
    parameters: { accountId: sessionId, pushTokenId: tokenId },
    holds: { 'identity.push_tokens': 'UPDATE' },
  },
  'pushToken.lock': { parameters: pushToken, excludes: pushToken },
  'registration.ofUser': {
    rows: [registration],
    parameters: { userId },
    holds: heldRegistration,
  },
  'registrations.purge': {
    rows: [
      [
        'identity.users',
        {
          user_id: '01890000-0000-7000-8000-00000000a005',
          email: 'nobody@example.com',
          status: 'PENDING_VERIFICATION',
          updated_at: past,
        },
      ],
    ],
    parameters: { batchSize: 10, resendWindowSeconds: 60 },
    passesBy: 'identity.users',
  },
  'session.byToken': {
    rows: [user, session, token],
    parameters: { tokenHash: hash },
    holds: heldToken,
  },
  'session.exchangeToken': {
    rows: [user, session, token],
    parameters: { tokenHash: hash, successorHash: hash, successorSealed: hash, idleMs: 1_000 },
    holds: heldToken,
  },
  'sessionEnd.lockUser': {
    rows: [user],
    parameters: { userId },
    holds: { 'identity.users': 'NO KEY UPDATE' },
  },
  'totp.lockPerson': {
    rows: [user],
    parameters: { userId },
    holds: { 'identity.users': 'NO KEY UPDATE' },
  },
  'verification.registrations': {
    rows: [registration],
    parameters: { email, phoneE164: null },
    holds: heldRegistration,
  },
  'verification.sentCodes': {
    rows: [
      [
        'identity.tokens',
        {
          token_id: tokenId,
          user_id: userId,
          purpose: 'VERIFY_IDENTIFIER',
          identifier_hash: hashText,
          expires_at: future,
        },
      ],
      [
        'identity.token_channels',
        { token_id: tokenId, channel: 'EMAIL', identifier: email, position: '1' },
      ],
    ],
    parameters: {
      channel: 'EMAIL',
      identifier: email,
      identifierHash: hash,
      ownHash: hash,
      purpose: 'VERIFY_IDENTIFIER',
      maxOtpAttempts: 5,
      resendWindowSeconds: 1_000,
    },
    holds: { 'identity.tokens': 'UPDATE' },
  },
};
