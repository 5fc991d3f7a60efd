import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import type { Context } from 'koa';
import type { Route } from '../route/route.js';

/** Looked up at each span: a stored tracer stays with the first provider of the process. */
const tracer = () => trace.getTracer('millrace.api');

/**
 * A request's span, continuing the caller's trace of W3C `traceparent`. A no-op while tracing is
 * off.
 */
export function inRequestSpan<T>(
  { method, headers }: Context,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const caller = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer().startSpan(method, { kind: SpanKind.SERVER }, caller);
  return context.with(trace.setSpan(caller, span), work, undefined, span);
}

interface Answered {
  method: string;
  route: Route | undefined;
  status: number;
  requestId: string;
  accountId: string | undefined;
}

/** The pattern, never the raw URL. */
export function endRequestSpan(
  span: Span,
  { method, route, status, requestId, accountId }: Answered,
): void {
  if (span.isRecording()) {
    span.updateName(`${method} ${route?.path ?? 'none'}`);
    span.setAttributes({
      'http.request.method': method,
      'http.response.status_code': status,
      'millrace.request_id': requestId,
      ...(route ? { 'http.route': route.path } : {}),
      ...(accountId === undefined ? {} : { 'millrace.account_id': accountId }),
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
