import type { DomainWords } from '../shared/domain.js';

export const notificationsWords = {
  errorCodes: {},
  limitedResources: [],
  starts: {},
  alertTexts: {},
  alertContexts: [],
  tags: { Alerts: 'What a person should know: levels, orders, webhooks that fail.' },
  actingWorkflows: [],
} as const satisfies DomainWords;
