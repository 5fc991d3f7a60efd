export const alertSeverities = ['CRITICAL', 'WARNING', 'INFO'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export const alertContexts = ['SITE', 'RESERVOIR', 'DEVICE', 'ORDER', 'SYSTEM'] as const;
export type AlertContext = (typeof alertContexts)[number];

/** The languages that alerts are rendered in. */
export const alertLanguages = ['en', 'pt', 'fr'] as const;
export type AlertLanguage = (typeof alertLanguages)[number];

export const alertMessageKeys = [
  'reservoir.level_critical',
  'reservoir.level_low',
  'reservoir.level_recovered',
  'reservoir.level_full',
  'reservoir.level_normal',
  'device.offline',
  'device.online',
  'order.delivery_overdue',
  'webhook.dead_letter',
  'webhook.suspended',
  'webhook.disabled',
  'webhook.recovered',
] as const;
export type AlertMessageKey = (typeof alertMessageKeys)[number];

/** Flat, so that any template language can fill them in. */
export type AlertArgs = Record<string, string | number>;
