export { otpWorkflow } from './otp.workflow.js';
export { noticeWorkflow } from './notice.workflow.js';
export { inviteWorkflow } from './invite.workflow.js';
