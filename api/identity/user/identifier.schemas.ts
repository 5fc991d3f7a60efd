import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import {
  closedObject,
  email,
  emailInput,
  nullable,
  phoneE164,
  status,
} from '../../route/schema.js';

const requested = {
  verification_state: status('PENDING', 'VERIFIED'),
  otp_sent_via: nullable(
    Type.Enum([...channels], { description: 'Null where no code goes out just now' }),
  ),
};
export const emailChange = closedObject({ email: emailInput });
export const phoneChange = closedObject({ phone_e164: phoneE164 });
export const requestedEmailChange = closedObject({ email, ...requested });
export const requestedPhoneChange = closedObject({ phone_e164: phoneE164, ...requested });
