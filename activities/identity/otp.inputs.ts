import { channels, startOfOtp } from '../../workflows/identity/otp.contract.js';
import { id, oneOf, type InputsOf } from '../shared/input.js';
import type { createOtpActivities } from './otp.activities.js';

const tokenId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

export const otpInputs: InputsOf<ReturnType<typeof createOtpActivities>> = {
  sendOtp: {
    schemas: [id, oneOf(channels)],
    startOf: ([token]) => startOfOtp(token),
    example: [tokenId, 'EMAIL'],
  },
  recordOtpOutcome: {
    schemas: [id, oneOf(['SENT', 'FAILED', 'CLOSED'])],
    startOf: ([token]) => startOfOtp(token),
    example: [tokenId, 'SENT'],
  },
};
