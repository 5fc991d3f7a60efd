import mqtt, { type MqttClient } from 'mqtt';

interface EventBroker {
  url: string;
  clientId: string;
  username?: string | undefined;
  password?: string | undefined;
}

export interface EventPublisher {
  isConnected(): boolean;
  /**
   * Resolves when the broker has acknowledged the event (QoS 1); rejects without an acknowledgement
   * in time, though the event may have arrived.
   */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const acknowledgedWithinMs = 5_000;
const reconnectMs = 1_000;

/**
 * Publishes events to an MQTT broker. The client reconnects without end; while the broker is away
 * every publish is refused at once.
 */
export function createEventPublisher({ url, ...credentials }: EventBroker): EventPublisher {
  const client: MqttClient = mqtt.connect(url, {
    ...credentials,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: reconnectMs,
    // The relay publishes unacknowledged events again, in order.
    queueQoSZero: false,
    resubscribe: false,
  });
  // Publishers get the error; without a listener an error would end the process.
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
      published.catch(() => undefined); // awaited below, unless late
      try {
        await Promise.race([published, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => client.endAsync(true),
  };
}
