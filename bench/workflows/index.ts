export { bareOrderWorkflow } from './bare-order.workflow.js';
export { emptyWorkflow } from './empty.workflow.js';
