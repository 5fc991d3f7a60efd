import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentSpanId: string;
  name: string;
  attributes: Record<string, string | number>;
}

/** Takes traces by OTLP/HTTP in protobuf, as a collector does, and keeps the traces. */
export async function startCollector() {
  const spans: ReceivedSpan[] = [];
  const unread: Buffer[] = [];
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      bodies.push(body);
      if (request.url === '/v1/traces') unread.push(body);
      response
        .writeHead(request.url === '/v1/traces' ? 200 : 404, {
          'content-type': 'application/x-protobuf',
        })
        .end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** All received spans; parsed on request, so that receiving costs next to nothing. */
    get spans(): readonly ReceivedSpan[] {
      for (const body of unread.splice(0)) spans.push(...spansOf(body));
      return spans;
    },
    /** Unparsed, to be searched. */
    bodies,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type Collector = Awaited<ReturnType<typeof startCollector>>;

interface Field {
  no: number;
  bytes: Buffer;
  value: number;
}

/** https://protobuf.dev/programming-guides/encoding/: fields of a message, in order. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let index = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[index++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (index < message.length) {
    const tag = varint();
    const wire = tag & 7;
    const field: Field = { no: tag >>> 3, bytes: Buffer.alloc(0), value: 0 };
    if (wire === 0) field.value = varint();
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : 4;
      field.bytes = message.subarray(index, index + length);
      index += length;
    }
    fields.push(field);
  }
  return fields;
}

const within = (message: Buffer, no: number): Buffer[] =>
  fieldsOf(message)
    .filter((field) => field.no === no)
    .map(({ bytes }) => bytes);

/** opentelemetry/proto/trace/v1/trace.proto: resource spans (1) → scope spans (2) → spans (2). */
function spansOf(request: Buffer): ReceivedSpan[] {
  const spans = within(request, 1).flatMap((ofResource) =>
    within(ofResource, 2).flatMap((ofScope) => within(ofScope, 2)),
  );
  return spans.map((span) => {
    const one = (no: number) => within(span, no)[0] ?? Buffer.alloc(0);
    return {
      traceId: one(1).toString('hex'),
      spanId: one(2).toString('hex'),
      parentSpanId: one(4).toString('hex'),
      name: one(5).toString(),
      attributes: Object.fromEntries(within(span, 9).map(attributeOf)),
    };
  });
}

function attributeOf(pair: Buffer): [string, string | number] {
  const [key = Buffer.alloc(0)] = within(pair, 1);
  const [value = Buffer.alloc(0)] = within(pair, 2);
  const [field] = fieldsOf(value);
  return [key.toString(), field?.no === 1 ? field.bytes.toString() : (field?.value ?? 0)];
}
