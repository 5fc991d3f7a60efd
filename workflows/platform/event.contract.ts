/** An event as shown by webhooks, MQTT, server-sent events, mirrors and the API. */
export interface EventEnvelope {
  event_id: string;
  event_type: string;
  event_version: number;
  /** Account of the event; null for an event of no account. */
  account_id: string | null;
  topic: string;
  subject_type: string;
  subject_id: string;
  /** Rises by 1 within an event subject, so a reader notices a missed event. */
  subject_seq: number;
  occurred_at: string;
  correlation_id: string | null;
  causation_id: string | null;
  data: Record<string, unknown>;
}

/** An event in code. */
export interface EventFacts {
  eventId: string;
  accountId: string | null;
  topic: string;
  eventType: string;
  eventVersion: number;
  subjectType: string;
  subjectId: string;
  subjectSeq: number;
  occurredAt: string;
  correlationId: string | null;
  causationId: string | null;
  payload: Record<string, unknown>;
}

export const eventEnvelope = (event: EventFacts): EventEnvelope => ({
  event_id: event.eventId,
  event_type: event.eventType,
  event_version: event.eventVersion,
  account_id: event.accountId,
  topic: event.topic,
  subject_type: event.subjectType,
  subject_id: event.subjectId,
  subject_seq: event.subjectSeq,
  occurred_at: event.occurredAt,
  correlation_id: event.correlationId,
  causation_id: event.causationId,
  data: event.payload,
});
