import type { RequestMetrics } from '../../../api/pipeline/request-metrics.js';
import type { Route } from '../../../api/route/route.js';
import type { Counter, Histogram, Metrics } from './registry.js';

interface RouteMetrics {
  duration: Histogram;
  byStatus: Map<number, Counter>;
}

/**
 * The golden signals by route: rate and errors from the counter, duration, and requests under way.
 */
export function createRequestMetrics(metrics: Metrics): RequestMetrics {
  const ofRoutes = new Map<Route | undefined, RouteMetrics>();
  let inFlight = 0;
  metrics.onScrape((put) => put('millrace_http_requests_in_flight', {}, inFlight));

  function metricsOf(route: Route | undefined): RouteMetrics {
    const cached = ofRoutes.get(route);
    if (cached) return cached;
    const routeMetrics = {
      duration: metrics.histogram('millrace_http_request_duration_seconds', labelsOf(route)),
      byStatus: new Map<number, Counter>(),
    };
    ofRoutes.set(route, routeMetrics);
    return routeMetrics;
  }

  return {
    started: () => void (inFlight += 1),
    ended({ route, status, ms }) {
      inFlight -= 1;
      const { duration, byStatus } = metricsOf(route);
      duration.observe(ms / 1_000);
      let counter = byStatus.get(status);
      if (!counter) {
        counter = metrics.counter('millrace_http_requests_total', {
          ...labelsOf(route),
          status: String(status),
        });
        byStatus.set(status, counter);
      }
      counter.add();
    },
  };
}

/** The route's pattern; all requests without a route share one line, whatever their path. */
const labelsOf = (route: Route | undefined) => ({
  method: route?.method.toUpperCase() ?? 'OTHER',
  route: route?.path ?? 'none',
});
