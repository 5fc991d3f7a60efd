export { maintenanceWorkflow } from './maintenance.workflow.js';
