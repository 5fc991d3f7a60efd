import type { PublishPacket } from 'aedes';
import { maxPayloadBytes } from './packet-walk.js';
import type { Peer } from './peer.js';

const eventTopic = /^events\/[0-9a-f-]{36}\/[\w.-]+$/;

/** The reason why a peer may not publish the packet; undefined when the peer may. */
export function publishFault(peer: Peer, packet: PublishPacket): string | undefined {
  const fault = topicFault(peer, packet.topic);
  if (fault !== undefined) return fault;
  if (packet.retain) return 'RETAINED';
  if (packet.qos > 1) return 'QOS_2';
  return packet.payload.length > maxPayloadBytes ? 'PAYLOAD_TOO_LARGE' : undefined;
}

function topicFault(peer: Peer, topic: string): string | undefined {
  switch (peer.kind) {
    case 'device': {
      const prefix = `devices/${peer.deviceId}/`;
      if (!topic.startsWith(prefix)) return 'FOREIGN_TOPIC';
      const rest = topic.slice(prefix.length);
      return rest === 'telemetry' || /^config\/status\/[a-z]+$/.test(rest)
        ? undefined
        : 'UNKNOWN_TOPIC';
    }
    case 'relay':
      return eventTopic.test(topic) ? undefined : 'UNKNOWN_TOPIC';
    case 'listener':
      return 'LISTENS_ONLY';
  }
}

/** Whether a peer may subscribe to a topic, or receive a message of the topic. */
export function mayHear(peer: Peer, topic: string): boolean {
  switch (peer.kind) {
    case 'device': {
      const own = below(`devices/${peer.deviceId}/config/`, topic);
      return own !== undefined && (/^[a-z]+$/.test(own) || own === '#' || own === '+');
    }
    case 'listener': {
      const own = below(`events/${peer.accountId}/`, topic);
      return own !== undefined && (/^[\w.-]+$/.test(own) || own === '#' || own === '+');
    }
    case 'relay':
      return false;
  }
}

const below = (prefix: string, topic: string): string | undefined =>
  topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
