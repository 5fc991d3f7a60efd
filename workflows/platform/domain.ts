import type { DomainWords } from '../shared/domain.js';
import { platformAlertTexts } from './alert-text.rules.js';
import { code } from '../shared/error-kinds.js';
import { auditExportWorkflowType, startOfAuditExport } from './audit-export.contract.js';
import {
  deadLetterDecisionWorkflowType,
  startOfDeadLetterDecision,
} from './dead-letter-decision.contract.js';
import {
  maintenanceWorkflowType,
  startOfMaintenance,
  type MaintenanceInput,
} from './maintenance.contract.js';

export const platformWords = {
  errorCodes: {
    DEAD_LETTER_DECISION_RUNNING: code(
      'conflict',
      'Something else is being decided of the dead letters; wait for its end.',
    ),
    WEBHOOK_URL_REFUSED: code('invalid', 'Webhooks go to public https addresses only.'),
    WEBHOOK_LIMIT_REACHED: code('conflict', 'The account has as many webhooks as it may have.'),
  },
  limitedResources: ['webhooks'],
  starts: {
    [auditExportWorkflowType]: startOfAuditExport,
    [deadLetterDecisionWorkflowType]: startOfDeadLetterDecision,
    [maintenanceWorkflowType]: ({ task }: MaintenanceInput, taskQueue: string) =>
      startOfMaintenance(taskQueue, task),
  },
  alertTexts: platformAlertTexts,
  alertContexts: ['SYSTEM'],
  tags: {
    Audit: 'Who changed what, as a chain that can be checked.',
    'Dead-letters': 'Deliveries whose tries are used up, and what is decided on them.',
    Events: 'What has happened, to be listed or listened to.',
    Maintenance: 'What runs by itself.',
    Oversight: 'What a platform admin may look at, of any account; each look is audited.',
    Webhooks: 'Events sent to an endpoint of yours, signed.',
  },
  actingWorkflows: [],
} as const satisfies DomainWords;
