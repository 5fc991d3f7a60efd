export { deviceWorkflow } from './device.workflow.js';
export { orderWorkflow } from './order.workflow.js';
