import type { Config } from '../../../config.js';
import { observePools } from '../pools.js';
import { createMetricsEndpoint, type MetricsEndpoint } from './endpoint.js';
import { observeProcess } from './process-metrics.js';
import { createMetrics, type Metrics } from './registry.js';

/** What every process shows; its parts add what is theirs. */
export function createProcessMetrics(): Metrics {
  const metrics = createMetrics();
  observeProcess(metrics);
  observePools(metrics);
  return metrics;
}

export const metricsEndpoint = ({ isProduction, METRICS_TOKEN: token }: Config, { expose }: Metrics): MetricsEndpoint =>
  createMetricsEndpoint({ expose, isProduction, token });
