import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMillraceClient } from '../../client/index.js';
import { eventCatalogue } from '../../workers/domains.js';
import { playStory } from '../../workers/demo/story.js';
import { orderWorkflowId } from '../../workflows/water/order.contract.js';
import { eventually } from '../support/timing/eventually.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

/**
 * No personal data: only the catalogue's events are stored, and the catalogue's schemas have no
 * place for a person's text.
 */
async function expectOnlyCatalogued({ admin }: TestSystem): Promise<void> {
  const definitions = new Map(
    eventCatalogue.map((event) => [`${event.type}.v${event.version}`, event]),
  );
  const { rows } = await admin.query<{
    name: string;
    subject_id: string;
    payload: Record<string, never>;
  }>(
    "select distinct event_type || '.v' || event_version as name, subject_id, payload from platform.events",
  );
  expect(rows.length).toBeGreaterThan(20);
  for (const { name, subject_id: subjectId, payload } of rows) {
    const definition = definitions.get(name);
    expect([name, definition?.type]).toEqual([name, name.split('.')[0]]);
    expect(() => definition?.of({ accountId: null, subjectId, payload })).not.toThrow();
  }
}

describe('the water story', () => {
  it('is told from registering to the review, through REST and MQTT, as npm run demo tells it', async () => {
    const lines: string[] = [];
    const { token } = await system.platformAdmin();
    const { url: baseUrl, mqttUrl } = system;
    const admin = createMillraceClient({ baseUrl, token });
    const say = (line: string) => lines.push(line);
    const { orderId, deviceId, buyerAccountId } = await playStory({ baseUrl, admin, mqttUrl, say });

    const heard = lines.join('\n');
    for (const part of [
      /school tank is LOW at (20\.0|18\.\d) %/,
      /^alert: .*School tank/m,
      /buyer: confirm-delivery → DELIVERED/,
    ])
      expect(heard).toMatch(part);
    const { rows: events } = await system.admin.query(
      `select event_type from platform.events where subject_type = 'order' and subject_id = $1 order by subject_seq`,
      [orderId],
    );
    expect(events.map(({ event_type: type }) => type)).toEqual([
      'ORDER_CREATED',
      'ORDER_ACCEPTED',
      'ORDER_DELIVERY_CONFIRMED',
      'ORDER_DELIVERY_CONFIRMED',
      'ORDER_DELIVERED',
      'REVIEW_SUBMITTED',
    ]);
    await eventually(async () => {
      const { rows: readings } = await system.admin.query(
        'select device_seq from water.reservoir_readings where account_id = $1 and device_id = $2 order by device_seq',
        [buyerAccountId, deviceId],
      );
      expect(readings.map(({ device_seq: seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    });
    await expectOnlyCatalogued(system);
    const { status } = await system.temporal.client.workflow
      .getHandle(orderWorkflowId(orderId))
      .describe();
    expect(status.name).toBe('RUNNING');
  });
});
