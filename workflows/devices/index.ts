export { deviceWorkflow } from './device.workflow.js';
