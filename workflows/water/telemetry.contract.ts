/** A telemetry message as the gateway hands it on: readable, with a sequence number; the rest is the device's business. */
export interface TelemetryMessage {
  /** From the topic; what the payload says of itself is ignored. */
  deviceId: string;
  seq: number;
  /** The device's own time, RFC 3339, as far as it can be believed. */
  observedAt: string | null;
  /** Of its samples, in millimetres; null where it has none that are distances. */
  meanDistanceMm: number | null;
  /** The payload as it came, JSON. */
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
  /** What the text was decoded from, as far as it was bytes. */
  bytes?: Uint8Array | string | undefined;
}

export type ParsedTelemetry = { message: TelemetryMessage } | { dropped: DroppedMessage };
