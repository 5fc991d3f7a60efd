/**
 * Preloaded into a child that has a channel to its parent: when the parent is gone, however it went, the child drains and ends.
 * The servers it talks to go at the same moment, so it does not get long. While both are there, the child answers when it is
 * asked whether it is still at work.
 */
process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref();
  process.kill(process.pid, 'SIGTERM');
});

process.on('message', (message) => {
  // The parent may be gone by now; then there is nobody to tell.
  if (message?.asked !== undefined) process.send?.({ answered: message.asked }, () => undefined);
});
