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

function safeSpan(span: ReadableSpan): ReadableSpan {
  const { attributes, events, status } = span;
  const own = {
    attributes: allowedAttributes(attributes),
    status: { code: status.code },
    events: events.map(({ name, time, attributes: said }) => {
      const type = said?.['exception.type'];
      return { name, time, ...(typeof type === 'string' ? { attributes: { 'exception.type': type } } : {}) };
    }),
  };
  // All else of it, with its methods, stays as it is.
  return Object.create(
    span,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }])),
  ) as ReadableSpan;
}

function allowedAttributes(attributes: Attributes): Attributes {
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes))
    if (allowed.test(name)) kept[name] = typeof value === 'string' ? value.slice(0, maxTextCharacters) : value;
  return kept;
}
