/** Runs `work` `total` times, `inFlight` at once; answers how many a second were done. */
export async function throughput(
  total: number,
  inFlight: number,
  work: (n: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    while (next < total) {
      next += 1;
      await work(next);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (total / (performance.now() - startedAt)) * 1_000;
}

/** Milliseconds of each of `total` runs, one after another. */
export async function latencies(
  total: number,
  work: (n: number) => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < total; n += 1) {
    const startedAt = performance.now();
    await work(n);
    taken.push(performance.now() - startedAt);
  }
  return taken;
}
