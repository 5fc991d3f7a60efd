import type {
  MeasuredKindWords,
  QuietBand,
} from '../../workflows/devices/measured-kind.contract.js';
import type { ReadScope, WriteScope } from '../connection/database.js';

/**
 * A kind of thing that devices measure. The domain of the things names its kinds in
 * `db/<domain>/domain.ts`; devices know a thing by kind and id alone. The domain's migration adds
 * to `devices.device_attachments` a generated column of its own, with a foreign key to the things,
 * so that attachments are deleted with the thing.
 */
export interface MeasuredKind extends MeasuredKindWords {
  store: (scope: WriteScope) => MeasuredKindStore;
  views: (scope: ReadScope) => MeasuredKindViews;
}

export interface MeasuredKindStore {
  /** Whether the scope's account has the thing; the thing is locked until the transaction ends. */
  holdThing(thingId: string): Promise<boolean>;
  /**
   * Stores the readings of the messages, moves the state of the thing and emits the kind's own
   * events, in the transaction that moves `derived_to`: so each message is derived once. As
   * millrace_ingest. Undefined where the thing is gone.
   */
  deriveReadings(batch: MeasuredBatch): Promise<DerivedReadings | undefined>;
}

/** One account's reads of things. */
export interface MeasuredKindViews {
  /** By thing id; things of other accounts are missing. */
  describe(thingIds: readonly string[]): Promise<ReadonlyMap<string, ThingDescription>>;
  /** Ids of things that wait for a device. */
  waiting(limit: number): Promise<string[]>;
  /**
   * The reading derived of a message, as answers show the reading; undefined where there is none
   * yet.
   */
  reading(message: MessageName): Promise<Record<string, unknown> | undefined>;
}

interface ThingDescription {
  /** As people call the thing: in alerts. */
  name: string;
  /** The fields of a device's answer that name the measured thing. */
  fields: Record<string, unknown>;
}

/** A message by the name that the reading keeps. */
interface MessageName {
  deviceId: string;
  seq: number;
  receivedAt: string;
}

/** Messages of one device during the attachment to one thing, in accepted order. */
export interface MeasuredBatch {
  deviceId: string;
  accountId: string;
  thingId: string;
  messages: readonly MeasuredMessage[];
  /**
   * How far beyond the calibrated span a distance may be, in percent of the span; the kind's own
   * default when left out.
   */
  sensorMarginPct: number | undefined;
}

export interface MeasuredMessage {
  messageId: string;
  /** The number of the thing's attachment, counted from 1; null where unknown by now. */
  turnNo: number | null;
  epoch: number;
  seq: number;
  /** RFC 3339, by the server's clock; `observedAt` by the device's clock, never trusted. */
  receivedAt: string;
  observedAt: string | null;
  /** The payload's section `sensors`, as the device sent it. */
  sensors: unknown;
  /** Of an ultrasonic sensor, in millimetres; undefined where the message has no such section. */
  distancesMm: readonly number[] | undefined;
  batteryPct: number | null;
  /** Older than an already derived message. */
  isBackfill: boolean;
}

interface DerivedReadings {
  /** Receive time of the last reading's message; null where no message made a reading. */
  lastReadingAt: string | null;
  /** After the readings; undefined where unchanged. */
  quietBand: QuietBand | undefined;
  /** Messages without a reading, by the reason (`^[A-Z][A-Z0-9_]{1,39}$`). */
  rejected: ReadonlyMap<string, readonly MeasuredMessage[]>;
}
