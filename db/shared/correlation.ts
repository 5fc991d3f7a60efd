import { scoped } from './scope.js';

/** What ties a request to the events, log lines, traces and workflows that follow from it. */
export interface Correlation {
  /** The request's id, or the event's where nobody asked. */
  readonly correlationId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly workflowId?: string | undefined;
}

const scope = scoped<Correlation>('correlation');

export const withCorrelation = <T>(correlation: Correlation, work: () => T): T => scope.run(correlation, work);
export const currentCorrelation = (): Correlation | undefined => scope.current();
export const currentCorrelationId = (): string | undefined => scope.current()?.correlationId;
