import { context, SpanKind, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';

/** Looked up for each span: a stored tracer would stay with the process's first provider. */
const tracer = () => trace.getTracer('millrace.db');

/**
 * A span around a statement or transaction, only within another span: polling would fill a
 * collector with empty traces. Texts have placeholders; values are never part of a span.
 */
export const inSqlSpan = <T>(
  name: string,
  text: string | undefined,
  work: () => Promise<T>,
): Promise<T> => (trace.getActiveSpan()?.isRecording() ? inSpan(name, text, work) : work());

async function inSpan<T>(
  name: string,
  text: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(name, { kind: SpanKind.CLIENT });
  span.setAttributes({
    'db.system.name': 'postgresql',
    ...(text === undefined ? {} : { 'db.query.text': text }),
  });
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

/** Summary such as `insert water.orders` of a statement without a name. */
export function summaryOf(sql: string): string {
  const [, verb = 'statement'] = /^\W*(\w+)/.exec(sql) ?? [];
  const [, table] = /\b(?:from|into|update|join)\s+((?:"?\w+"?\.)?"?\w+"?)/i.exec(sql) ?? [];
  return table === undefined
    ? verb.toLowerCase()
    : `${verb.toLowerCase()} ${table.replaceAll('"', '')}`;
}

/**
 * The comment that links a transaction in PostgreSQL to the trace
 * (https://google.github.io/sqlcommenter/), only on the opening statement: on a statement prepared
 * by name, every comment would make a new text to be parsed and planned anew. PostgreSQL's log and
 * `pg_stat_activity` connect the other statements by session.
 */
export function traceComment(): string {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? ` /*traceparent='${traceparentOf(span.spanContext())}'*/` : '';
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
