/** Turns any value that a driver reports as a fault into an error. */
export const asError = (fault: unknown): Error =>
  fault instanceof Error ? fault : new Error(String(fault));
