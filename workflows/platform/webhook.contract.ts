/** SUSPENDED: its circuit breaker is open; deliveries wait while one of them is tried now and then. */
export const webhookStatuses = ['ACTIVE', 'SUSPENDED', 'DISABLED'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** OWNER: somebody of the account did; GONE: it answered 410; FAILING: it was suspended for too long. */
export const webhookDisabledReasons = ['OWNER', 'GONE', 'FAILING'] as const;
export type WebhookDisabledReason = (typeof webhookDisabledReasons)[number];

/** How a webhook is now, whatever was told of it. */
export interface WebhookStanding {
  status: WebhookStatus;
  disabledReason: WebhookDisabledReason | null;
  /** A dead letter holds one of its lanes. */
  isHeld: boolean;
}

export const webhookPingType = 'WEBHOOK_PING';

const consumerPrefix = 'webhook/';
export const webhookConsumerId = (webhookId: string): string => `${consumerPrefix}${webhookId}`;
export const isWebhookConsumer = (consumerId: string): boolean => consumerId.startsWith(consumerPrefix);
export const webhookIdOf = (consumerId: string): string => consumerId.slice(consumerPrefix.length);

/** Deliveries of an endpoint that go side by side, each of another subject. */
export const webhookConcurrency = 20;
export const maxWebhooksAnAccount = 20;
/** How long the secret before the newest signs, too. */
export const secretOverlapMs = 24 * 3_600_000;
/** How many events one call sends again. */
export const maxRedelivered = 10_000;

export interface BreakerPolicy {
  /** Deliveries in a row that used up their tries. */
  opensAfter: number;
  probeEveryMs: number;
  /** Open for so long, it is disabled. */
  disableAfterMs: number;
}
export const breakerPolicy: BreakerPolicy = {
  opensAfter: 5,
  probeEveryMs: 30_000,
  disableAfterMs: 5 * 24 * 3_600_000,
};
