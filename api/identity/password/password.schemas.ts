import { channels } from '../../../workflows/identity/otp.contract.js';
import { closedObject, status } from '../../route/schema.js';
import { otp, password } from '../registration/user.schemas.js';
import { credentials } from '../session/session.schemas.js';

const { username } = credentials.properties;

export const resetRequest = closedObject({ username });
export const resetRequested = closedObject({ otp_sent_via: status(...channels) });
export const passwordReset = closedObject({ username, otp, new_password: password });
export const passwordChange = closedObject({
  current_password: { ...password, examples: ['millrace-demo'] },
  new_password: password,
});
