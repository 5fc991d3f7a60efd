import {
  context,
  isSpanContextValid,
  propagation,
  trace,
  TraceFlags,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { traceparentOf } from '../../../db/connection/sql-span.js';
import type { Part } from '../../../processes/part.js';
import { createSafeExporter } from './safe-exporter.js';
import type { TraceSettings } from './settings.js';

/** Sends the process's spans to the collector, in batches and beside the work. */
export function provideTracing(
  settings: TraceSettings,
  endpoint: string,
  processName: string,
): Part {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: headersOf(settings.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': settings.OTEL_SERVICE_NAME,
      'millrace.process': processName,
    }),
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor(createSafeExporter(exporter))],
  });
  provider.register({ propagator: traceparentPropagator });
  return {
    stop: async () => {
      // An absent collector does not hold up the end.
      await provider.shutdown().catch(() => undefined);
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

function samplerOf({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: share,
}: TraceSettings): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(share);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [
      pair.slice(0, pair.indexOf('=')).trim(),
      decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim()),
    ]),
  );
}

/**
 * `traceparent` of https://www.w3.org/TR/trace-context/ and nothing else: `tracestate` and
 * `baggage` are a caller's free text, and would go on into workflow histories.
 */
const traceparentPropagator: TextMapPropagator = {
  inject(context, carrier, setter) {
    const span = trace.getSpanContext(context);
    if (span && isSpanContextValid(span)) setter.set(carrier, 'traceparent', traceparentOf(span));
  },
  extract(into, carrier, getter) {
    const header = getter.get(carrier, 'traceparent');
    const span = typeof header === 'string' ? spanContextOf(header) : undefined;
    return span ? trace.setSpanContext(into, span) : into;
  },
  fields: () => ['traceparent'],
};

function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceparent) ?? [];
  // A later version may say more; version 00 may not, and ff is none.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined))
    return undefined;
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) !== 0;
  const span = {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  return isSpanContextValid(span) ? span : undefined;
}
