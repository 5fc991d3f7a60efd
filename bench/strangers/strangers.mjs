/**
 * Whoever is not let in, in a process of their own: many connections that say nothing, and a few
 * that announce a CONNECT of 150 MB and send as much of it as is taken, each again and again. Reads
 * { port, silent, floods, floodBytes } from its first argument, says 'ready' when all have come and
 * ends with its parent.
 */
import { connect } from 'node:net';

const { port, silent, floods, floodBytes } = JSON.parse(process.argv[2]);
// An address has 28,000 ports, and a place for each customer is what the gateway counts.
const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const announcement = Buffer.from([0x10, 0x80, 0xe1, 0xc3, 0x47]);
const chunk = Buffer.alloc(256 * 1024);
let openedCount = 0;
let sentBytes = 0;

const open = (n) =>
  connect({ port, host: '127.0.0.1', localAddress: addresses[n % addresses.length] });

function stay(n) {
  return new Promise((resolve) => {
    const socket = open(n);
    socket.once('connect', () => {
      openedCount += 1;
      resolve();
    });
    socket.on('error', () => resolve());
    socket.on('data', () => undefined);
    // Shown out, one comes again after a while.
    socket.once('close', () => setTimeout(() => void stay(n), 10_000 + (n % 1_000)).unref());
  });
}

function flood(n) {
  const socket = open(n);
  let left = floodBytes;
  const send = () => {
    while (left > 0 && !socket.destroyed) {
      left -= chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.once('connect', () => {
    socket.write(announcement);
    send();
  });
  socket.on('drain', send);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    sentBytes += socket.bytesWritten;
    setTimeout(() => flood(n), 100).unref();
  });
}

for (let n = 0; n < silent; n += 200)
  await Promise.all(Array.from({ length: Math.min(200, silent - n) }, (_, k) => stay(n + k)));
for (let n = 0; n < floods; n += 1) flood(n);
process.send({ opened: openedCount });
process.on('message', () => process.send({ opened: openedCount, sentBytes }));
process.on('disconnect', () => process.exit());
