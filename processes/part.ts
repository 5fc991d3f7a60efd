/** A started part of a process. */
export interface Part {
  stop(): Promise<void>;
}
