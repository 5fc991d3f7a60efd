import type { MeasuredKindWords } from '../devices/measured-kind.contract.js';

/** Reservoirs are measured by devices. */
export const measuredReservoirWords = {
  kind: 'reservoir',
  idField: 'reservoir_id',
  occupiedCode: 'RESERVOIR_ALREADY_PAIRED',
} as const satisfies MeasuredKindWords;
