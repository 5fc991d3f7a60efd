/** An event type and version, as its definition states it. */
export interface CataloguedEvent {
  type: string;
  version: number;
  topic: string;
  subjectType: string;
  /** JSON Schema of what the envelope carries as `data`. */
  payload: object;
  example: object;
}

const nameOf = ({ type, version }: CataloguedEvent): string => `${type}.v${version}`;
const ref = (path: string) => ({ $ref: `#/${path}` });

/** The AsyncAPI 3 document: a fold of the event definitions, so that it cannot say anything else than they do. */
export function createAsyncApi(
  catalogue: readonly CataloguedEvent[],
  { version, url }: { version: string; url: string },
) {
  const topics = [...new Set(catalogue.map(({ topic }) => topic))].sort();
  const ofTopic = (topic: string) => catalogue.filter((event) => event.topic === topic);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Millrace events',
      version,
      description:
        'What happens, told at least once and in order within a subject: over MQTT, as server-sent events, by webhooks.',
    },
    servers: { broker: { host: new URL(url).hostname, protocol: 'mqtt', protocolVersion: '3.1.1' } },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(topics.map((topic) => [topic, channelOf(topic, ofTopic(topic))])),
      telemetry: {
        address: 'devices/{device_id}/telemetry',
        description: 'What a device measures; docs/mqtt.md has the details.',
        parameters: { device_id: { description: 'The hardware id' } },
        messages: { telemetry: { payload: { type: 'object' } } },
      },
    },
    operations: {
      ...Object.fromEntries(
        topics.map((topic) => [`send.${topic}`, { action: 'send', channel: ref(`channels/${topic}`) }]),
      ),
      'receive.telemetry': { action: 'receive', channel: ref('channels/telemetry') },
    },
    components: { messages: Object.fromEntries(catalogue.map((event) => [nameOf(event), messageOf(event)])) },
  };
}

const channelOf = (topic: string, events: readonly CataloguedEvent[]) => ({
  address: `events/{account_id}/${topic}`,
  parameters: { account_id: { description: 'An account that the reader is a member of' } },
  messages: Object.fromEntries(events.map((event) => [nameOf(event), ref(`components/messages/${nameOf(event)}`)])),
});

const uuid = { type: 'string', format: 'uuid' };
const nullable = (type: string, more = {}) => ({ type: [type, 'null'], ...more });

const messageOf = (event: CataloguedEvent) => ({
  name: nameOf(event),
  title: event.type,
  payload: {
    type: 'object',
    required: ['event_id', 'event_type', 'event_version', 'account_id', 'topic', 'subject_type', 'subject_id', 'data'],
    properties: {
      event_id: uuid,
      event_type: { const: event.type },
      event_version: { const: event.version },
      account_id: nullable('string', { format: 'uuid' }),
      topic: { const: event.topic },
      subject_type: { const: event.subjectType },
      subject_id: { type: 'string' },
      subject_seq: { type: 'integer', minimum: 1 },
      occurred_at: { type: 'string', format: 'date-time' },
      correlation_id: nullable('string'),
      causation_id: nullable('string', { format: 'uuid' }),
      data: event.payload,
    },
  },
});
