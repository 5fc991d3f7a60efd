import { context, SpanKind, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';

/** Asked for at each span: one that is kept stays with the first provider of the process. */
const tracer = () => trace.getTracer('millrace.db');

/**
 * A span around one statement or transaction, within another's alone: what polls would fill a collector with traces of nothing.
 * Texts have placeholders, and values are never told.
 */
export const inSqlSpan = <T>(name: string, text: string | undefined, work: () => Promise<T>): Promise<T> =>
  trace.getActiveSpan()?.isRecording() ? inSpan(name, text, work) : work();

async function inSpan<T>(name: string, text: string | undefined, work: () => Promise<T>): Promise<T> {
  const span = tracer().startSpan(name, { kind: SpanKind.CLIENT });
  span.setAttributes({ 'db.system.name': 'postgresql', ...(text === undefined ? {} : { 'db.query.text': text }) });
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    if (typeof code === 'string') span.setAttribute('db.response.status_code', code);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** `insert water.orders` of a statement that has no name. */
export function summaryOf(sql: string): string {
  const [, verb = 'statement'] = /^\W*(\w+)/.exec(sql) ?? [];
  const [, table] = /\b(?:from|into|update|join)\s+((?:"?\w+"?\.)?"?\w+"?)/i.exec(sql) ?? [];
  return table === undefined ? verb.toLowerCase() : `${verb.toLowerCase()} ${table.replaceAll('"', '')}`;
}

/**
 * What ties PostgreSQL's view of a transaction to its trace (https://google.github.io/sqlcommenter/). It goes with what opens it
 * alone: in a statement that is prepared by name it would make each text another one, to be parsed and planned anew. PostgreSQL's
 * log and `pg_stat_activity` connect the rest by the session.
 */
export function traceComment(): string {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? ` /*traceparent='${traceparentOf(span.spanContext())}'*/` : '';
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
