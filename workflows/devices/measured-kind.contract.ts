import type { ErrorCode } from '../shared/error-codes.js';
import { failure } from '../shared/failure.js';
import type { MeasuredThing } from './measured-thing.contract.js';

/** The words of a measured kind, given by the domain with the things. */
export interface MeasuredKindWords {
  /** Name of the kind in attachments, messages and alerts, for ever: `reservoir`. */
  kind: string;
  /** Name of a thing's id in requests, answers and events: `reservoir_id`. */
  idField: string;
  /** Refusal of a second device at a thing; `idField` names the thing in the details. */
  occupiedCode: ErrorCode;
}

/** Undefined for a kind of no domain. */
export const findKind = <Kind extends MeasuredKindWords>(
  kinds: readonly Kind[],
  { kind }: Pick<MeasuredThing, 'kind'>,
): Kind | undefined => kinds.find((each) => each.kind === kind);

/** The refusal of a second device at a thing. */
export const occupied = ({ occupiedCode, idField }: MeasuredKindWords, thingId: string): Error =>
  failure(occupiedCode, { [idField]: thingId });

/**
 * The mean distances (mm) of readings without an awaited change; infinite at an end without a
 * further change. A message outside the band is urgent.
 */
export interface QuietBand {
  fromMm: number;
  toMm: number;
}
