import { AsyncLocalStorage } from 'node:async_hooks';

/** What ties a request to the events, logs and workflows that follow from it. */
export interface Correlation {
  correlationId: string;
}

const storage = new AsyncLocalStorage<Correlation>();

export const withCorrelation = <T>(correlation: Correlation, work: () => T): T => storage.run(correlation, work);
export const currentCorrelationId = (): string | undefined => storage.getStore()?.correlationId;
