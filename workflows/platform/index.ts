export { auditExportWorkflow } from './audit-export.workflow.js';
export { deadLetterDecisionWorkflow } from './dead-letter-decision.workflow.js';
export { maintenanceWorkflow } from './maintenance.workflow.js';
