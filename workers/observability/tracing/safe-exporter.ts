import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Ids, patterns, names and numbers; Temporal's interceptors have names of their own. */
const allowed =
  /^(http\.(request\.method|response\.status_code|route)|db\.(system\.name|query\.text|response\.status_code)|millrace\.[a-z_.]+|temporal\w+|run_id)$/;
const maxTextCharacters = 2_000;

/**
 * Lets attributes pass by an allow-list, and of an exception the type alone: message and stack
 * repeat values. The exporter filters, rather than the makers of spans, so the filter holds for
 * libraries too.
 */
export function createSafeExporter(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, callback) => exporter.export(spans.map(safeSpan), callback),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/**
 * A plain object, of the same shape for every span: a copy with the span as prototype takes several
 * times as long to serialize.
 */
function safeSpan(span: ReadableSpan): ReadableSpan {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext ? { parentSpanContext: span.parentSpanContext } : {}),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: allowedAttributes(span.attributes),
    events: span.events.map(({ name, time, attributes }) => {
      const type = attributes?.['exception.type'];
      return {
        name,
        time,
        ...(typeof type === 'string' ? { attributes: { 'exception.type': type } } : {}),
      };
    }),
    links: span.links,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function allowedAttributes(attributes: Attributes): Attributes {
  const safe: Attributes = {};
  for (const [name, value] of Object.entries(attributes))
    if (allowed.test(name))
      safe[name] = typeof value === 'string' ? value.slice(0, maxTextCharacters) : value;
  return safe;
}
