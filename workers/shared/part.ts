/** One part of a process: it has started when it is here. */
export interface Part {
  stop(): Promise<void>;
}
