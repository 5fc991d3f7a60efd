export { otpWorkflow } from './otp.workflow.js';
export { noticeWorkflow } from './notice.workflow.js';
