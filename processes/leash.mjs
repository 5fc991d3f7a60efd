/**
 * Preloaded into a child that has a channel to its parent: when the parent is gone, however it went, the child drains and ends.
 * The servers it talks to go at the same moment, so it does not get long.
 */
process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref();
  process.kill(process.pid, 'SIGTERM');
});
