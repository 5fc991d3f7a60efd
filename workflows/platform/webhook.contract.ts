/**
 * SUSPENDED: the circuit breaker is open; deliveries wait, and now and then a delivery is tried.
 */
export const webhookStatuses = ['ACTIVE', 'SUSPENDED', 'DISABLED'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/**
 * OWNER: disabled by the account; GONE: the endpoint answered 410; FAILING: suspended for too long.
 */
export const webhookDisabledReasons = ['OWNER', 'GONE', 'FAILING'] as const;
export type WebhookDisabledReason = (typeof webhookDisabledReasons)[number];

/** The present standing of a webhook, whatever events said earlier. */
export interface WebhookStanding {
  status: WebhookStatus;
  disabledReason: WebhookDisabledReason | null;
  /** A dead letter holds a lane of the webhook. */
  isHeld: boolean;
}

export const webhookPingType = 'WEBHOOK_PING';

const consumerPrefix = 'webhook/';
export const webhookConsumerId = (webhookId: string): string => `${consumerPrefix}${webhookId}`;
export const isWebhookConsumer = (consumerId: string): boolean =>
  consumerId.startsWith(consumerPrefix);
export const webhookIdOf = (consumerId: string): string => consumerId.slice(consumerPrefix.length);

/** Deliveries to an endpoint side by side, each of another event subject. */
export const webhookConcurrency = 20;
export const maxWebhooksAnAccount = 20;
/** How long the secret before the newest signs, too. */
export const secretOverlapMs = 24 * 3_600_000;
/** Most events sent again by a call. */
export const maxRedelivered = 10_000;

export interface BreakerPolicy {
  /** Deliveries in a row with all tries used up. */
  opensAfter: number;
  probeEveryMs: number;
  /** Time with an open circuit breaker until the webhook is disabled. */
  disableAfterMs: number;
}
export const breakerPolicy: BreakerPolicy = {
  opensAfter: 5,
  probeEveryMs: 30_000,
  disableAfterMs: 5 * 24 * 3_600_000,
};
