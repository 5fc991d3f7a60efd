import { describe, expect, it } from '@jest/globals';
import type { WebhookStanding } from '../../workflows/platform/webhook.contract.js';
import { alertLanguages, alertMessageKeys } from '../../workflows/water/alert.contract.js';
import { renderAlert } from '../../workflows/water/alert-text.rules.js';
import { endedWebhookAlerts } from '../../workflows/water/webhook-alert.rules.js';

const stopped = ['webhook.suspended', 'webhook.disabled'];
const all = [...stopped, 'webhook.dead_letter'];
const active: WebhookStanding = { status: 'ACTIVE', disabledReason: null, isHeld: false };

describe('what is over of a webhook', () => {
  it.each<[string, WebhookStanding | undefined, string[]]>([
    ['that takes deliveries: all', active, all],
    ['that takes them while a dead letter holds a lane: its stop alone', { ...active, isHeld: true }, stopped],
    ['that is suspended: nothing', { ...active, status: 'SUSPENDED' }, []],
    ['that is gone: nothing', { ...active, status: 'DISABLED', disabledReason: 'GONE' }, []],
    ['that has failed for too long: nothing', { ...active, status: 'DISABLED', disabledReason: 'FAILING' }, []],
    ['that its owner has switched off: all', { ...active, status: 'DISABLED', disabledReason: 'OWNER' }, all],
    ['that was deleted: all', undefined, all],
  ])('%s', (_name, standing, ended) => {
    expect(endedWebhookAlerts(standing)).toEqual(ended);
  });
});

describe('the texts of webhooks', () => {
  const keys = alertMessageKeys.filter((key) => key.startsWith('webhook.'));
  it.each(alertLanguages)('name the endpoint, each another, in %s', (language) => {
    const rendered = keys.map((key) => renderAlert(key, { webhook_host: 'example.com' }, language));
    for (const { title, message } of rendered) {
      expect(title).toContain('example.com');
      expect(`${title} ${message}`).not.toContain('{');
    }
    expect(new Set(rendered.map(({ title }) => title)).size).toBe(4);
  });
});
