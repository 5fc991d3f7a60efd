/** The thing of an attachment. */
export interface MeasuredThing {
  kind: string;
  thingId: string;
}

/**
 * A thing in the starts, updates, results and states of device workflows. Reservoirs are older than
 * kinds: histories and every message name a reservoir by `reservoirId` alone, since workers of the
 * version before read messages too. `thing` names a thing of any other kind.
 */
export interface ThingMessage {
  reservoirId?: string | null | undefined;
  thing?: MeasuredThing | null | undefined;
}

/** The kind named by `reservoirId` alone, and by the first version of the pairing events. */
export const firstKind = 'reservoir';

/** The thing in a message; null for a message without a thing. */
export function measuredThing({ reservoirId, thing }: ThingMessage): MeasuredThing | null {
  if (thing) return thing;
  return reservoirId ? { kind: firstKind, thingId: reservoirId } : null;
}

/** The fields of a message for a thing, or for no thing. */
export function thingMessage(thing: MeasuredThing | null): ThingMessage {
  if (thing === null) return { reservoirId: null };
  return thing.kind === firstKind ? { reservoirId: thing.thingId } : { thing };
}
