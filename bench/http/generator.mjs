/**
 * A load of HTTP requests, in a process of its own so that it does not share our event loop. Plain
 * JavaScript: it starts in milliseconds. Is sent autocannon's options; sends { seconds, answered,
 * failed, cpuShare } when the last request is answered.
 */
import autocannon from 'autocannon';

process.once('message', async (options) => {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let lastAnswerAt = startedAt;
  const load = autocannon(options);
  // It looks once a second whether it is done, which is no measure of time.
  load.on('response', () => {
    lastAnswerAt = performance.now();
  });
  const { '2xx': answered, non2xx, errors, timeouts } = await load;
  const seconds = (lastAnswerAt - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuShare = (user + system) / 1e6 / seconds;
  process.send({ seconds, answered, failed: non2xx + errors + timeouts, cpuShare });
  process.disconnect();
});
