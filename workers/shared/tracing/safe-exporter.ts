import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Ids, patterns, names and numbers; Temporal's interceptors name their own. */
const allowed =
  /^(http\.(request\.method|response\.status_code|route)|db\.(system\.name|query\.text|response\.status_code)|millrace\.[a-z_.]+|temporal\w+|run_id)$/;
const maxTextCharacters = 2_000;

/**
 * Lets attributes pass by an allow-list, and of an exception its type alone: its message and stack repeat values. Here rather
 * than where spans are made, so that it also holds for those of a library.
 */
export function createSafeExporter(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(safeSpan), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** A plain object, every one of the same shape: one that inherits from the span takes several times as long to be written. */
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
    events: span.events.map(({ name, time, attributes: said }) => {
      const type = said?.['exception.type'];
      return { name, time, ...(typeof type === 'string' ? { attributes: { 'exception.type': type } } : {}) };
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
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes))
    if (allowed.test(name)) kept[name] = typeof value === 'string' ? value.slice(0, maxTextCharacters) : value;
  return kept;
}
