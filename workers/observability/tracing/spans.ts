import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

/** Looked up at each span: a stored tracer stays with the first provider of the process. */
const tracer = () => trace.getTracer('millrace.workers');

/**
 * A span around work without an HTTP request: a batch, a delivery. A trace of its own where there
 * is none yet.
 */
export function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
