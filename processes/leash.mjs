/**
 * Preloaded into a child with a channel to its parent: when the parent is gone, for any reason, the
 * child drains and ends. The child's servers go at the same moment, so the time to drain is short.
 * While parent and child run, the child answers the parent's question whether its loop turns.
 */
process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref();
  process.kill(process.pid, 'SIGTERM');
});

process.on('message', (message) => {
  // The parent may be gone by now; then there is nobody to tell.
  if (message?.asked !== undefined) process.send?.({ answered: message.asked }, () => undefined);
});
