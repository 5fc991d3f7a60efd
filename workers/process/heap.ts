import { setFlagsFromString } from 'node:v8';

/** Growth before the next collection, as a share of the live heap after the last. */
const growingPercent = 50;

/**
 * Bounds garbage in proportion to the live heap. By default the heap may grow to four times the
 * live heap before a collection: strangers' connections cost a gateway 112 to 124 MiB of growth,
 * more than all devices, and 21 to 30 MiB with the bound; delivered rows of a backlog cost a relay
 * more than the rows at hand (docs/decisions/0023).
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
