import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './registry.js';

/** The metrics of every process. The loop's delay shows a burst before any other figure. */
export function observeProcess(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = Date.now() / 1_000 - process.uptime();
  metrics.onScrape((put) => {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    put('millrace_process_cpu_seconds_total', {}, (user + system) / 1e6);
    put('millrace_process_resident_bytes', {}, rss);
    put('millrace_process_heap_used_bytes', {}, heapUsed);
    put('millrace_process_start_time_seconds', {}, Math.round(startedAt));
    put('millrace_event_loop_delay_seconds', {}, delay.percentile(99) / 1e9);
    delay.reset();
  });
}
