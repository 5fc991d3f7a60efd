import type { Part } from '../../../processes/part.js';
import { isTracing, type TraceSettings } from './settings.js';

/**
 * Before anything else of a process. Without a collector OpenTelemetry's SDK is not even loaded,
 * and every span is a no-op.
 */
export async function startTracing(
  settings: TraceSettings,
  processName: string,
): Promise<Part | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  if (endpoint === undefined || !isTracing(settings)) return undefined;
  const { provideTracing } = await import('./provider.js');
  return provideTracing(settings, endpoint, processName);
}
