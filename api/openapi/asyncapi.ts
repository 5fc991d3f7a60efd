/** An event type and version, from the event's definition. */
export interface CataloguedEvent {
  type: string;
  version: number;
  topic: string;
  subjectType: string;
  /** JSON Schema of the envelope's `data`. */
  payload: object;
  example: object;
}

const nameOf = ({ type, version }: CataloguedEvent): string => `${type}.v${version}`;
const ref = (path: string) => ({ $ref: `#/${path}` });

/** The AsyncAPI 3 document: a fold of the event definitions, and so never different. */
export function createAsyncApi(
  catalogue: readonly CataloguedEvent[],
  { version, url, mqttPort }: { version: string; url: string; mqttPort: number },
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
    servers: {
      broker: {
        host: `${new URL(url).hostname}:${mqttPort}`,
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description:
          'The embedded gateway, over plain TCP: no MQTT 5 and no WebSocket. A device comes in with its id as client id and user name and the password of the inventory; an app with `{account_id}/` and a name of its own as client id, the account id as user name and an access token as password.',
        security: [ref('components/securitySchemes/password')],
      },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(topics.map((topic) => [topic, channelOf(topic, ofTopic(topic))])),
      telemetry: {
        address: 'devices/{device_id}/telemetry',
        description: 'What a device measures, QoS 1; docs/mqtt.md has the details.',
        parameters: { device_id: { description: 'The hardware id' } },
        messages: { telemetry: telemetryMessage },
      },
    },
    operations: {
      ...Object.fromEntries(
        topics.map((topic) => [
          `send.${topic}`,
          {
            action: 'send',
            channel: ref(`channels/${topic}`),
            description: `Tells ${typesOf(ofTopic(topic))}`,
          },
        ]),
      ),
      'receive.telemetry': {
        action: 'receive',
        channel: ref('channels/telemetry'),
        description: 'Takes what a device measures; the PUBACK follows the commit',
      },
    },
    components: {
      messages: Object.fromEntries(catalogue.map((event) => [nameOf(event), messageOf(event)])),
      securitySchemes: {
        password: { type: 'userPassword', description: 'User name and password of the CONNECT' },
      },
    },
  };
}

const typesOf = (events: readonly CataloguedEvent[]): string =>
  [...new Set(events.map(({ type }) => type))].join(', ');

const channelOf = (topic: string, events: readonly CataloguedEvent[]) => ({
  address: `events/{account_id}/${topic}`,
  description: `Where an account hears ${typesOf(events)}`,
  parameters: { account_id: { description: 'An account that the reader is a member of' } },
  messages: Object.fromEntries(
    events.map((event) => [nameOf(event), ref(`components/messages/${nameOf(event)}`)]),
  ),
});

const uuid = { type: 'string', format: 'uuid' };
const nullable = (type: string, more = {}) => ({ type: [type, 'null'], ...more });

const messageOf = (event: CataloguedEvent) => ({
  name: nameOf(event),
  title: event.type,
  summary: `Version ${event.version}, of the subject ${event.subjectType}/{subject_id}`,
  payload: {
    type: 'object',
    required: [
      'event_id',
      'event_type',
      'event_version',
      'account_id',
      'topic',
      'subject_type',
      'subject_id',
      'data',
    ],
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

const telemetryMessage = {
  name: 'telemetry',
  title: 'Telemetry',
  summary: 'Only seq is required; unknown fields are kept',
  payload: {
    type: 'object',
    required: ['seq'],
    properties: {
      schema_version: { type: 'integer', description: '1' },
      seq: {
        type: 'integer',
        minimum: 0,
        description: 'Counts up with each message, across restarts',
      },
      local_timestamp_ms: {
        type: 'number',
        description: 'Milliseconds since 1970 by the clock of the device',
      },
      sensors: {
        type: 'object',
        properties: {
          ultrasonic: {
            type: 'object',
            properties: {
              raw_readings: {
                type: 'array',
                items: { type: 'number' },
                description: 'Millimetres from the sensor to the water; below zero: no echo',
              },
            },
          },
        },
      },
      power: {
        type: 'object',
        properties: {
          battery_percentage: { type: 'number', minimum: 0, maximum: 100, description: 'Percent' },
          battery_voltage_mv: { type: 'number', description: 'Millivolts' },
          is_charging: { type: 'boolean' },
        },
      },
      network: { type: 'object', properties: { rssi_dbm: { type: 'number', description: 'dBm' } } },
      system: {
        type: 'object',
        properties: {
          firmware_version: { type: 'string' },
          boot_id: { type: ['string', 'number'], description: 'Another one at each start' },
          reset_reason: { type: 'string', description: 'Why the device started' },
          uptime_s: { type: 'number', description: 'Seconds since it started' },
        },
      },
    },
  },
};
