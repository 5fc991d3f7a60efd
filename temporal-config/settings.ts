/** Search attributes of Millrace's workflows. */
export const searchAttributes = {
  AccountId: 'Keyword',
  CounterpartId: 'Keyword',
  Domain: 'Keyword',
  OrderCode: 'Keyword',
  Status: 'Keyword',
} as const;

/**
 * The write-ahead log survives `kill -9` of the server, though not a power cut, and costs a
 * fraction of a sync per write.
 */
export const sqlitePragmas = { journal_mode: 'WAL', synchronous: 'NORMAL' } as const;

/**
 * The stock development server is idle rather than busy: the server polls the single history shard
 * 20 times a second, so a hop takes 50 ms. Polled faster the server is four times as quick; rate
 * limits made for shared clusters are lifted as well. Visibility, read by lists only, is the
 * exception: writes are dear, and gathering writes five times a second takes a third off the time
 * of a workflow, for lists at most 200 ms behind (docs/decisions/0016).
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
