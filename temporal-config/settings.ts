/** What our workflows are found by. */
export const searchAttributes = {
  AccountId: 'Keyword',
  CounterpartId: 'Keyword',
  Domain: 'Keyword',
  OrderCode: 'Keyword',
  Status: 'Keyword',
} as const;

/**
 * The write-ahead log survives `kill -9` of the server, though not a power cut, and costs a fraction of a sync per write.
 */
export const sqlitePragmas = { journal_mode: 'WAL', synchronous: 'NORMAL' } as const;

/**
 * The stock development server is idle rather than busy: it polls its one history shard 20 times a second, which is 50 ms a
 * hop. Polled faster it is four times as quick; the rate limits made for shared clusters are out of the way as well. Visibility,
 * which only lists read, is the exception: its writes are dear, and gathered five times a second they take a third off the time
 * of a workflow, for lists that are at most 200 ms behind.
 */
export const dynamicConfig = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 1_000,
  'history.visibilityProcessorMaxPollRPS': 5,
  'frontend.namespaceRPS': 100_000,
  'frontend.rps': 100_000,
  'history.rps': 100_000,
  'matching.rps': 100_000,
  'frontend.persistenceMaxQPS': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.persistenceMaxQPS': 100_000,
} as const;
