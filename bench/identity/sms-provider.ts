import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SmsProvider {
  url: string;
  /** When the number's message came, on the clock of `performance.now()`. */
  arrival(number: string): Promise<number>;
  close(): Promise<void>;
}

/** Twilio's message resource, noting when each number is called. */
export async function startSmsProvider(): Promise<SmsProvider> {
  const arrived = new Map<string, number>();
  const waiting = new Map<string, (atMs: number) => void>();
  const server = createServer((request, response) => {
    const atMs = performance.now();
    void text(request).then((body) => {
      const number = new URLSearchParams(body).get('To') ?? '';
      arrived.set(number, atMs);
      waiting.get(number)?.(atMs);
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ sid: `SM${arrived.size}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrival: (number) =>
      new Promise((resolve) => {
        const atMs = arrived.get(number);
        if (atMs === undefined) waiting.set(number, resolve);
        else resolve(atMs);
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
