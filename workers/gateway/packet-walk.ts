/** Why a connection is closed at the announcement of a packet. */
export type PacketFault =
  | 'NOT_A_CONNECT'
  | 'UNKNOWN_PACKET'
  | 'MALFORMED_LENGTH'
  | 'PACKET_TOO_LARGE'
  | 'PAYLOAD_TOO_LARGE';

export const maxPayloadBytes = 64 * 1024;
/**
 * Limit of any packet before CONNACK: room for an introduction with a token as password, and a
 * will.
 */
export const strangerMaxBytes = 4 * 1024;
/** A PUBLISH without the payload: the topic, the topic's length and the packet's id. */
const topicMaxBytes = 512;
const subscribeMaxBytes = 8 * 1024;
/** A packet's id. */
const answerMaxBytes = 2;
const connect = 1;
const publish = 3;

/**
 * The most bytes after a fixed header, by the packet's type (MQTT 3.1.1, 2.2.1); undefined where
 * only a server may send the type.
 */
const maxBytesOf: readonly (number | undefined)[] = [
  undefined,
  strangerMaxBytes,
  undefined,
  maxPayloadBytes + topicMaxBytes,
  answerMaxBytes,
  answerMaxBytes,
  answerMaxBytes,
  answerMaxBytes,
  subscribeMaxBytes,
  undefined,
  subscribeMaxBytes,
  undefined,
  0,
  undefined,
  0,
  undefined,
];

interface PacketWalk {
  /**
   * Walks over the next bytes of a connection and looks at fixed headers only; answers the first
   * fault. The announced length is known before any byte is kept.
   */
  over(chunk: Buffer, isKnown: boolean): PacketFault | undefined;
  /** Announced bytes of the unfinished packet; 0 between packets. */
  unfinishedBytes(): number;
  /** How many packets have been announced. */
  packetCount(): number;
}

export function createPacketWalk(): PacketWalk {
  let type = 0;
  let announced = 0;
  let bodyLeft = 0;
  /** Bytes of the length so far; below zero while the next byte is a packet's first. */
  let lengthBytes = -1;
  let packets = 0;

  return {
    over(chunk, isKnown) {
      let at = 0;
      while (at < chunk.length) {
        if (bodyLeft > 0) {
          const step = Math.min(bodyLeft, chunk.length - at);
          bodyLeft -= step;
          at += step;
          continue;
        }
        const byte = chunk[at] ?? 0;
        at += 1;
        if (lengthBytes < 0) {
          type = byte >> 4;
          if (packets === 0 && type !== connect) return 'NOT_A_CONNECT';
          if (maxBytesOf[type] === undefined) return 'UNKNOWN_PACKET';
          packets += 1;
          lengthBytes = 0;
          announced = 0;
          continue;
        }
        announced += (byte & 0x7f) << (7 * lengthBytes);
        lengthBytes += 1;
        const goesOn = (byte & 0x80) !== 0;
        if (goesOn && lengthBytes === 4) return 'MALFORMED_LENGTH';
        // Later bytes of a length can only raise the length.
        const mostBytes = isKnown
          ? (maxBytesOf[type] ?? 0)
          : Math.min(maxBytesOf[type] ?? 0, strangerMaxBytes);
        if (announced > mostBytes)
          return type === publish && isKnown ? 'PAYLOAD_TOO_LARGE' : 'PACKET_TOO_LARGE';
        if (goesOn) continue;
        bodyLeft = announced;
        lengthBytes = -1;
      }
      return undefined;
    },
    unfinishedBytes: () => (bodyLeft > 0 ? announced : 0),
    packetCount: () => packets,
  };
}
