import { expect, it } from '@jest/globals';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';

it('codes go to the phone first, and to what there is alone', () => {
  const [email, phoneE164] = ['a@example.com', '+254712345678'];
  expect(recipientsOf({ email, phoneE164 })).toEqual([
    { channel: 'SMS', identifier: phoneE164 },
    { channel: 'EMAIL', identifier: email },
  ]);
  expect(recipientsOf({ email, phoneE164: null })).toEqual([
    { channel: 'EMAIL', identifier: email },
  ]);
  expect(recipientsOf({ email: undefined, phoneE164: '' })).toEqual([]);
});
