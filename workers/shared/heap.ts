import { setFlagsFromString } from 'node:v8';

/** Of what is alive after a collection: how much more may gather before the next. */
const growingPercent = 50;

/**
 * Lets garbage gather in proportion to what is alive. By default the heap may grow to four times that before it is collected, so that
 * strangers who come and go cost a gateway more memory than all its devices: 112 to 124 MiB of growth, and 21 to 30 with this; and what
 * has been delivered of a backlog costs a relay more than what is.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
