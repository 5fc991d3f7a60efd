/** Packets of MQTT 3.1.1, right or wrong, a field at a time. */

/** A length as MQTT writes lengths, seven bits a byte. */
function lengthOf(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    const more = rest > 127 ? 128 : 0;
    bytes.push((rest % 128) | more);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** A packet of a type and flags, with any content. */
export function packet(firstByte: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([header(firstByte, content.length), content]);
}

/** A packet's first byte and announced length; the caller adds the rest. */
export const header = (firstByte: number, bytes: number): Buffer =>
  Buffer.concat([Buffer.from([firstByte]), lengthOf(bytes)]);

export function text(value: string | Buffer): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([number16(content.length), content]);
}
export const number16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export interface Connect {
  clientId: string;
  username?: string;
  password?: string;
  isClean?: boolean;
  will?: { topic: string; payload: string; qos?: number; isRetained?: boolean };
  protocol?: string;
  version?: number;
  /** In place of the flags made by the fields. */
  flags?: number;
}

export function connectPacket({
  protocol = 'MQTT',
  version = 4,
  isClean = true,
  ...given
}: Connect): Buffer {
  const { clientId, username, password, will } = given;
  const flags =
    (isClean ? 0x02 : 0) |
    (will ? 0x04 | ((will.qos ?? 0) << 3) | (will.isRetained ? 0x20 : 0) : 0) |
    (password === undefined ? 0 : 0x40) |
    (username === undefined ? 0 : 0x80);
  return packet(
    0x10,
    text(protocol),
    Buffer.from([version, given.flags ?? flags]),
    number16(60),
    text(clientId),
    ...(will ? [text(will.topic), text(will.payload)] : []),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  );
}

export interface Publish {
  topic: string | Buffer;
  payload?: string | Buffer;
  qos?: number;
  isRetained?: boolean;
  id?: number;
}

export function publishPacket({
  topic,
  payload = '{}',
  qos = 1,
  isRetained = false,
  id = 1,
}: Publish): Buffer {
  const header = 0x30 | (qos << 1) | (isRetained ? 1 : 0);
  return packet(header, text(topic), ...(qos > 0 ? [number16(id)] : []), Buffer.from(payload));
}

export const subscribePacket = (topics: readonly string[], qos = 1, id = 1): Buffer =>
  packet(0x82, number16(id), ...topics.flatMap((topic) => [text(topic), Buffer.from([qos])]));

export const pingPacket = packet(0xc0);

interface Received {
  type: 'CONNACK' | 'PUBLISH' | 'PUBACK' | 'SUBACK' | 'PINGRESP' | 'other';
  content: Buffer;
}
const types: Readonly<Record<number, Received['type']>> = {
  2: 'CONNACK',
  3: 'PUBLISH',
  4: 'PUBACK',
  9: 'SUBACK',
  13: 'PINGRESP',
};

/** The whole packets among the bytes. */
export function packetsIn(bytes: Buffer): Received[] {
  const found: Received[] = [];
  let index = 0;
  while (index < bytes.length) {
    let length = 0;
    let shift = 0;
    let next = index + 1;
    for (; next < bytes.length; next += 1) {
      const byte = bytes.readUInt8(next);
      length += (byte & 127) * 2 ** shift;
      shift += 7;
      if (byte < 128) break;
    }
    const start = next + 1;
    if (start + length > bytes.length) break;
    found.push({
      type: types[bytes.readUInt8(index) >> 4] ?? 'other',
      content: bytes.subarray(start, start + length),
    });
    index = start + length;
  }
  return found;
}
