import { Type } from 'typebox';
import {
  noticeKinds,
  type NoticeKind,
} from '../../../workflows/identity/notice/notice.contract.js';
import { defineEvent, type NewEvent } from '../../shared/event.js';

const id = Type.String({ format: 'uuid' });
const userId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

/** A person is to be told about a change of their own credentials. */
export const securityNoticeRequested = defineEvent({
  type: 'SECURITY_NOTICE_REQUESTED',
  version: 1,
  topic: 'identity.user.security_notice_requested',
  subjectType: 'user',
  payload: Type.Object(
    { user_id: id, kind: Type.Enum([...noticeKinds]) },
    { additionalProperties: false },
  ),
  example: { user_id: userId, kind: 'NEW_SIGN_IN' },
});

/** To be emitted in the transaction of the change; the message goes out by a workflow. */
export const securityNotice = (userId: string, kind: NoticeKind): NewEvent =>
  securityNoticeRequested.of({
    accountId: null,
    subjectId: userId,
    payload: { user_id: userId, kind },
  });
