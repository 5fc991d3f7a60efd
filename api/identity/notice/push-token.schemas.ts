import { Type } from 'typebox';
import { pushPlatforms } from '../../../workflows/identity/notice/message.contract.js';
import { closedObject, status, uuid } from '../../route/schema.js';

export const newPushToken = closedObject({
  platform: Type.Enum([...pushPlatforms]),
  token: Type.String({
    minLength: 1,
    maxLength: 1_000,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'The registration token by Firebase Cloud Messaging; never answered',
    examples: ['fGkq3xTlSjS2:APA91bH-example'],
  }),
});
export const registeredPushToken = closedObject({ push_token_id: uuid, status: status('ACTIVE') });
