/** How a consumer is reached. */
export const consumerKinds = ['internal', 'mqtt', 'firestore', 'webhook'] as const;
export type ConsumerKind = (typeof consumerKinds)[number];

/** PENDING and DEAD are open; SENT and SKIPPED are kept for a while. */
export const deliveryStates = ['PENDING', 'SENT', 'DEAD', 'SKIPPED'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A receiver of events: `internal/<name>`, `mqtt`, `firestore` or `webhook/<id>`. */
export interface Consumer {
  consumerId: string;
  /** Null for a consumer of the platform's. */
  accountId: string | null;
  kind: ConsumerKind;
  /** How many lanes go side by side. */
  concurrency: number;
}
