import type { Config } from '../../config.js';
import { observePools } from './pools.js';
import { createMetricsEndpoint, type MetricsEndpoint } from '../observability/metrics/endpoint.js';
import { observeProcess } from '../observability/metrics/process-metrics.js';
import { createMetrics, type Metrics } from '../observability/metrics/registry.js';

/** The metrics of every process; parts add their own. */
export function createProcessMetrics(): Metrics {
  const metrics = createMetrics();
  observeProcess(metrics);
  observePools(metrics);
  return metrics;
}

export const metricsEndpoint = (
  { isProduction, METRICS_TOKEN: token }: Config,
  { expose }: Metrics,
): MetricsEndpoint => createMetricsEndpoint({ expose, isProduction, token });
