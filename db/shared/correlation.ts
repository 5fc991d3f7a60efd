import { AsyncLocalStorage } from 'node:async_hooks';

/** Links a request to the resulting events, log lines, traces and workflows. */
export interface Correlation {
  /** The request's id, or the event's for work without a request. */
  readonly correlationId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly workflowId?: string | undefined;
}

/**
 * The one thing that travels unseen (docs/decisions/0019): Node 20 asks every AsyncLocalStorage in
 * use about every promise.
 */
const storage = new AsyncLocalStorage<Correlation>();

export const withCorrelation = <T>(correlation: Correlation, work: () => T): T =>
  storage.run(correlation, work);
export const currentCorrelation = (): Correlation | undefined => storage.getStore();
export const currentCorrelationId = (): string | undefined => storage.getStore()?.correlationId;
