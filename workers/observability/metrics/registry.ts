import {
  families,
  type CounterName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
} from './families.js';

export interface Counter {
  add(amount?: number): void;
}
export interface Histogram {
  observe(value: number): void;
}

/** Sets a figure during a scrape. */
type Put = <Name extends Exclude<MetricName, HistogramName>>(
  name: Name,
  labels: LabelsOf<Name>,
  value: number,
) => void;
/**
 * Reads figures during a scrape. A failed reading has no figures until the next scrape; other
 * readings are unaffected.
 */
type Reading = (put: Put) => Promise<void> | void;

export interface Metrics {
  /**
   * For callers to keep: then recording is an addition; another look-up of the labels would cost a
   * microsecond.
   */
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter;
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram;
  /** Asked once a scrape. */
  onScrape(reading: Reading): void;
  /**
   * Figures from a query are read once in five seconds, however many scrapes; answers how to stop.
   */
  onScrapeCached(reading: Reading): () => void;
  /** Text of another registry in the same form, put behind ours. */
  include(source: () => Promise<string>): void;
  /** In Prometheus' text form 0.0.4. */
  expose(): Promise<string>;
}

type Samples = Map<string, { value: number }>;

const cachedMs = 5_000;

/**
 * A registry of Millrace's own, as OpenTelemetry's takes attributes and looks up labels at each
 * call, three times a request; here labels are looked up once.
 */
export function createMetrics(): Metrics {
  const values = new Map<string, Samples>();
  const histograms = new Map<HistogramName, Map<string, HistogramState>>();
  const readings = new Set<Reading>();
  const others: (() => Promise<string>)[] = [];

  function sampleOf(
    store: Map<string, Samples>,
    name: string,
    labels: Record<string, string>,
  ): { value: number } {
    const samples = getOrMake(store, name, () => new Map<string, { value: number }>());
    return getOrMake(samples, labelText(labels), () => ({ value: 0 }));
  }

  return {
    counter: (name, labels) => {
      const sample = sampleOf(values, name, labels);
      return { add: (amount = 1) => void (sample.value += amount) };
    },
    histogram: (name, labels) => {
      const { buckets } = families[name];
      const states = getOrMake(histograms, name, () => new Map<string, HistogramState>());
      const state = getOrMake(states, labelText(labels), () => ({
        counts: buckets.map(() => 0),
        sum: 0,
        count: 0,
      }));
      return { observe: (value) => observe(state, buckets, value) };
    },
    onScrape: (reading) => void readings.add(reading),
    onScrapeCached: (reading) => {
      const cached = cachedReading(reading);
      readings.add(cached);
      return () => void readings.delete(cached);
    },
    include: (source) => void others.push(source),
    async expose() {
      const included = Promise.all(others.map((source) => source().catch(() => '')));
      const read = new Map<string, Samples>();
      const put: Put = (name, labels, value) => void (sampleOf(read, name, labels).value += value);
      await Promise.all(
        [...readings]
          .map(async (reading) => reading(put))
          .map((pending) => pending.catch(() => undefined)),
      );
      const lines: string[] = [];
      for (const name of Object.keys(families) as MetricName[]) {
        const { type, help } = families[name];
        const samples = [...(values.get(name) ?? []), ...(read.get(name) ?? [])].map(
          ([labels, { value }]) => `${name}${labels} ${value}`,
        );
        const rendered = type === 'histogram' ? histogramLines(name as HistogramName) : samples;
        if (rendered.length > 0)
          lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...rendered);
      }
      return `${lines.join('\n')}\n${(await included).join('')}`;
    },
  };

  function histogramLines(name: HistogramName): string[] {
    const { buckets } = families[name];
    return [...(histograms.get(name) ?? [])].flatMap(([labels, { counts, sum, count }]) => {
      let below = 0;
      const within = buckets.map((bound, index) => {
        below += counts[index] ?? 0;
        return `${name}_bucket${withLabel(labels, `le="${bound}"`)} ${below}`;
      });
      return [
        ...within,
        `${name}_bucket${withLabel(labels, 'le="+Inf"')} ${count}`,
        `${name}_sum${labels} ${sum}`,
        `${name}_count${labels} ${count}`,
      ];
    });
  }
}

interface HistogramState {
  /** Of each bucket alone; summed up when shown. */
  counts: number[];
  sum: number;
  count: number;
}

function observe(state: HistogramState, buckets: readonly number[], value: number): void {
  state.sum += value;
  state.count += 1;
  const index = buckets.findIndex((bound) => value <= bound);
  if (index >= 0) state.counts[index] = (state.counts[index] ?? 0) + 1;
}

function cachedReading(reading: Reading): Reading {
  let latest: { readAtMs: number; figures: Promise<((put: Put) => void)[]> } | undefined;
  return async (put) => {
    if (!latest || performance.now() - latest.readAtMs > cachedMs)
      latest = { readAtMs: performance.now(), figures: gathered(reading) };
    for (const figure of await latest.figures) figure(put);
  };
}

async function gathered(reading: Reading): Promise<((put: Put) => void)[]> {
  const figures: ((put: Put) => void)[] = [];
  await reading((name, labels, value) => void figures.push((put) => put(name, labels, value)));
  return figures;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key);
  if (value !== undefined) return value;
  const newValue = make();
  map.set(key, newValue);
  return newValue;
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const withLabel = (labels: string, more: string): string =>
  labels === '' ? `{${more}}` : `${labels.slice(0, -1)},${more}}`;
const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
