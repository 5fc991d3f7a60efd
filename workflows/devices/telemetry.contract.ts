/**
 * A telemetry message from the gateway: readable, with a sequence number; other content is the
 * device's business.
 */
export interface TelemetryMessage {
  /** From the topic; an id in the payload is ignored. */
  deviceId: string;
  seq: number;
  /** The device's own time (RFC 3339), as far as credible. */
  observedAt: string | null;
  /** Mean of the samples (mm); null without samples that are distances. */
  meanDistanceMm: number | null;
  /** The received payload, JSON. */
  payload: string;
}

/** Why a message was acknowledged and not kept. */
export type DropReason =
  | 'MISSING_SEQ'
  | 'UNREGISTERED_DEVICE'
  | 'UNATTACHED'
  | 'UNREADABLE_JSON'
  | 'UNREADABLE_SEQ'
  | 'UNREADABLE_TEXT'
  | 'DUPLICATE'
  | 'SEQ_IMPLAUSIBLE'
  | 'GAP_GIVEN_UP'
  | 'BUDGET_EXCEEDED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNIT_DISABLED';

export interface DroppedMessage {
  deviceId: string;
  reason: DropReason;
  payload: string;
  /** The bytes from which the text was decoded, if there were bytes. */
  bytes?: Uint8Array | string | undefined;
}

export type ParsedTelemetry = { message: TelemetryMessage } | { dropped: DroppedMessage };
