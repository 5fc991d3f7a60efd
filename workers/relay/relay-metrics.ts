import type { ReadScope } from '../../db/connection/database.js';
import { deliveryLagViews } from '../../db/platform/delivery/delivery-lag.views.js';
import type { ScheduleViews } from '../../db/platform/schedule.views.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import type { RelayObserver } from './delivery-lane.js';
import type { Counter, Metrics } from '../observability/metrics/registry.js';

/** Deliveries on their way, from the database; finished deliveries, from the relay itself. */
export function observeRelay(
  metrics: Metrics,
  { relay, schedules }: { relay: ReadScope; schedules: ScheduleViews },
): RelayObserver & { stop(): void } {
  const lags = deliveryLagViews(relay);
  const stop = metrics.onScrapeCached(async (put) => {
    const [{ waiting, oldestSeconds }, consumers, heartbeats] = await Promise.all([
      lags.events(),
      lags.consumers(),
      schedules.heartbeats(),
    ]);
    put('millrace_events_waiting', {}, waiting);
    put('millrace_events_lag_seconds', {}, oldestSeconds);
    for (const { consumer, deadLetters, lanesWaiting, lanesHeld, lateSeconds } of consumers) {
      put('millrace_dead_letters', { consumer }, deadLetters);
      put('millrace_lanes', { consumer, state: 'waiting' }, lanesWaiting);
      put('millrace_lanes', { consumer, state: 'held' }, lanesHeld);
      put('millrace_lanes_late_seconds', { consumer }, lateSeconds);
    }
    for (const { scheduleId: schedule, ageSeconds } of heartbeats)
      put('millrace_schedule_heartbeat_age_seconds', { schedule }, ageSeconds);
  });

  const counters = new Map<string, Counter>();
  function count({ consumerId, kind }: Consumer, outcome: string): void {
    const consumer = kind === 'webhook' ? kind : consumerId;
    const key = `${consumer} ${outcome}`;
    const counter =
      counters.get(key) ?? metrics.counter('millrace_deliveries_total', { consumer, outcome });
    counters.set(key, counter);
    counter.add();
  }
  const delay = metrics.histogram('millrace_delivery_delay_seconds', {});
  return {
    stop,
    delivered: (consumer, _event, lagMs) => {
      count(consumer, 'delivered');
      delay.observe(Math.max(0, lagMs) / 1_000);
    },
    failed: (consumer) => count(consumer, 'failed'),
    died: (consumer) => count(consumer, 'dead'),
  };
}
