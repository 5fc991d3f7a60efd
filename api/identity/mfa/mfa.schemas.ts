import { Type } from 'typebox';
import { recoveryCodeCount } from '../../../workflows/identity/mfa/mfa.rules.js';
import { closedObject, component, nullable, timestamp } from '../../route/schema.js';
import { password } from '../registration/user.schemas.js';

const code = Type.String({
  pattern: '^\\d{6}$',
  description: 'Of the authenticator',
  examples: ['492039'],
});
const recoveryCode = Type.String({
  minLength: 10,
  maxLength: 20,
  examples: ['7K3ZP-0QX4M'],
});
const having = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] });
const exactlyOneFactor = { oneOf: [having('code'), having('recovery_code')] };
const oneFactor = {
  code: Type.Optional(code),
  recovery_code: Type.Optional(recoveryCode),
};

export const secondFactor = closedObject(
  { mfa_token: Type.String({ minLength: 1, maxLength: 256 }), ...oneFactor },
  { ...exactlyOneFactor, examples: [{ mfa_token: 'c2VjcmV0', code: '492039' }] },
);
export const totpEnd = closedObject(
  { password, ...oneFactor },
  { ...exactlyOneFactor, examples: [{ password: 'correct horse battery', code: '492039' }] },
);
export const totpCode = closedObject({ code });
export const nothing = closedObject({});
export const factors = component(
  'SecondFactors',
  closedObject({
    totp: closedObject({ enabled: Type.Boolean(), confirmed_at: nullable(timestamp) }),
    recovery_codes_left: Type.Integer({ minimum: 0, maximum: recoveryCodeCount }),
  }),
);
export const enrolment = component(
  'TotpEnrolment',
  closedObject({
    secret: Type.String({ description: 'Base32', examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'] }),
    otpauth_uri: Type.String({ description: 'For a QR code' }),
    expires_at: timestamp,
  }),
);
export const recoveryCodes = closedObject({
  recovery_codes: Type.Array(Type.String({ examples: ['7K3ZP-0QX4M'] }), {
    minItems: recoveryCodeCount,
    maxItems: recoveryCodeCount,
    description: 'Shown once; each is good once',
    examples: [Array.from({ length: recoveryCodeCount }, (_, n) => `7K3ZP-0QX4${n}`)],
  }),
});
