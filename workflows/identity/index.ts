export { otpWorkflow } from './otp.workflow.js';
