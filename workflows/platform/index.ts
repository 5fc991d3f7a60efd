export { auditExportWorkflow } from './audit-export.workflow.js';
export { maintenanceWorkflow } from './maintenance.workflow.js';
