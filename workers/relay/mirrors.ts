import { randomUUID } from 'node:crypto';
import {
  createEventPublisher,
  type EventPublisher,
} from '../../activities/shared/event-publisher.js';
import { createFirestoreMirror } from '../../activities/shared/firestore-mirror.js';
import { isFirestoreAway, openFirestore } from '../../activities/shared/firestore.js';
import type { Config } from '../../config.js';
import type { ConsumerDefinition } from '../../db/platform/delivery/delivery.store.js';
import type { StoredEvent } from '../../db/platform/delivery/event.store.js';
import { eventEnvelope } from '../../workflows/platform/event.contract.js';
import { relayUsername } from '../gateway/peer.js';
import type { Part } from '../../processes/part.js';
import { relayPassword } from './relay-password.js';
import { awayMs, type Sink, type Sinks } from './sink.js';

/**
 * Where events are shown besides our own database, as the configuration says: none, some or all.
 */
export interface Mirrors extends Part {
  consumers: ConsumerDefinition[];
  sinks: Sinks;
}

export async function openMirrors(config: Config): Promise<Mirrors> {
  const { EVENTS_MQTT_URL: brokerUrl, FIRESTORE_PROJECT_ID: projectId } = config;
  const consumers: ConsumerDefinition[] = [];
  const stops: (() => Promise<void>)[] = [];
  const sinks: { mqtt?: Sink; firestore?: Sink } = {};
  if (brokerUrl !== undefined) {
    const publisher = createEventPublisher({
      url: brokerUrl,
      clientId: `relay-${randomUUID()}`,
      ...ourselves(config),
    });
    consumers.push({ consumerId: 'mqtt', kind: 'mqtt', eventTypes: null });
    sinks.mqtt = createMqttSink(publisher);
    stops.push(publisher.close);
  }
  if (projectId !== undefined) {
    const opened = await openFirestore({
      projectId,
      serviceAccount: config.FIREBASE_SERVICE_ACCOUNT,
    });
    consumers.push({
      consumerId: 'firestore',
      kind: 'firestore',
      eventTypes: null,
      concurrency: 16,
    });
    sinks.firestore = createFirestoreSink(createFirestoreMirror(opened.firestore));
    stops.push(opened.close);
  }
  return {
    consumers,
    sinks,
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
}

/**
 * At the platform's gateway the relay has a password of its own; an address with a user speaks for
 * itself.
 */
function ourselves(config: Config): { username?: string; password?: string } {
  const isOwn = new URL(config.EVENTS_MQTT_URL ?? '').username === '';
  return isOwn ? { username: relayUsername, password: relayPassword(config) } : {};
}

function createMqttSink(publisher: EventPublisher): Sink {
  return {
    async deliver(event) {
      if (!publisher.isConnected())
        return { kind: 'deferred', waitMs: awayMs, away: { dependency: 'mqtt' } };
      const envelope = JSON.stringify(eventEnvelope(event));
      for (const accountId of accountsOf(event))
        await publisher.publish(`events/${accountId}/${event.topic}`, envelope);
      return { kind: 'delivered' };
    },
  };
}

function createFirestoreSink(mirror: ReturnType<typeof createFirestoreMirror>): Sink {
  return {
    async deliver(event) {
      const envelope = eventEnvelope(event);
      try {
        for (const accountId of accountsOf(event)) await mirror.apply(accountId, envelope);
      } catch (error) {
        if (isFirestoreAway(error)) return { kind: 'deferred', waitMs: awayMs };
        throw error;
      }
      return { kind: 'delivered' };
    },
  };
}

/** The accounts with a right to see an event: none where the event belongs to no account. */
const accountsOf = ({ accountId, counterpartAccountId }: StoredEvent): string[] => [
  ...new Set([accountId, counterpartAccountId].filter((id) => id !== null)),
];
