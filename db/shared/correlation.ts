import { AsyncLocalStorage } from 'node:async_hooks';

/** What ties a request to the events, log lines, traces and workflows that follow from it. */
export interface Correlation {
  /** The request's id, or the event's where nobody asked. */
  readonly correlationId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly workflowId?: string | undefined;
}

const storage = new AsyncLocalStorage<Correlation>();

export const withCorrelation = <T>(correlation: Correlation, work: () => T): T => storage.run(correlation, work);
export const currentCorrelation = (): Correlation | undefined => storage.getStore();
export const currentCorrelationId = (): string | undefined => storage.getStore()?.correlationId;
