import mqtt, { type MqttClient } from 'mqtt';

export interface EventBroker {
  url: string;
  clientId: string;
  username?: string | undefined;
  password?: string | undefined;
}

export interface EventPublisher {
  isConnected(): boolean;
  /** Resolves when the broker has acknowledged it (QoS 1); rejects when it has not in time, and it may have come all the same. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const acknowledgedWithinMs = 5_000;
const reconnectMs = 1_000;

/** Events to an MQTT broker. It connects by itself, again and again; while it is away every publish is refused at once. */
export function createEventPublisher({ url, ...credentials }: EventBroker): EventPublisher {
  const client: MqttClient = mqtt.connect(url, {
    ...credentials,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: reconnectMs,
    // What was not acknowledged is the relay's to publish again, in its order.
    queueQoSZero: false,
    resubscribe: false,
  });
  // Told to whoever publishes; unheard, an error would end the process.
  client.on('error', () => undefined);
  return {
    isConnected: () => client.connected,
    async publish(topic, payload) {
      if (!client.connected) throw new Error('the event broker is away');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new Error('the event broker did not acknowledge in time')),
          acknowledgedWithinMs,
        );
      });
      const published = client.publishAsync(topic, payload, { qos: 1 });
      published.catch(() => undefined); // heard below, unless it is late
      try {
        await Promise.race([published, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => client.endAsync(true),
  };
}
