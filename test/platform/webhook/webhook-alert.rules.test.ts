import { describe, expect, it } from '@jest/globals';
import type { WebhookStanding } from '../../../workflows/platform/webhook.contract.js';
import { alertLanguages } from '../../../workflows/shared/alert-language.js';
import { renderAlert } from '../../../workflows/notifications/alert-text.rules.js';
import { platformAlertTexts } from '../../../workflows/platform/alert-text.rules.js';
import { endedWebhookAlerts } from '../../../workflows/platform/webhook-alert.rules.js';

const stopped = ['webhook.suspended', 'webhook.disabled'];
const all = [...stopped, 'webhook.dead_letter'];
const active: WebhookStanding = { status: 'ACTIVE', disabledReason: null, isHeld: false };

describe('what is over of a webhook', () => {
  it.each<[string, WebhookStanding | undefined, string[]]>([
    ['that takes deliveries: all', active, all],
    [
      'that takes them while a dead letter holds a lane: its stop alone',
      { ...active, isHeld: true },
      stopped,
    ],
    ['that is suspended: nothing', { ...active, status: 'SUSPENDED' }, []],
    ['that is gone: nothing', { ...active, status: 'DISABLED', disabledReason: 'GONE' }, []],
    [
      'that has failed for too long: nothing',
      { ...active, status: 'DISABLED', disabledReason: 'FAILING' },
      [],
    ],
    [
      'that its owner has switched off: all',
      { ...active, status: 'DISABLED', disabledReason: 'OWNER' },
      all,
    ],
    ['that was deleted: all', undefined, all],
  ])('%s', (_name, standing, ended) => {
    expect(endedWebhookAlerts(standing)).toEqual(ended);
  });
});

describe('the texts of webhooks', () => {
  const texts = Object.values(platformAlertTexts);
  it.each(alertLanguages)('name the endpoint, each another, in %s', (language) => {
    const rendered = texts.map((text) =>
      renderAlert(text, { webhook_host: 'example.com' }, language),
    );
    for (const { title, message } of rendered) {
      expect(title).toContain('example.com');
      expect(`${title} ${message}`).not.toContain('{');
    }
    expect(new Set(rendered.map(({ title }) => title)).size).toBe(4);
  });
});
