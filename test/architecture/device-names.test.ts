import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isForPlatform } from '../../api/route/access.js';
import type { TSchema } from 'typebox';
import { exampleOf } from '../../api/openapi/example.js';
import type { Route } from '../../api/route/route.js';
import { newId } from '../../db/shared/id.js';
import { allRoutes } from '../support/routes/all-routes.js';
import { createDeviceApi, type DeviceApi } from '../support/api/device-api.js';
import { aDeviceId, aReservoir } from '../support/devices/device.js';
import { fieldsOf, nameOf } from '../support/routes/route-calls.js';
import { countWork, type WorkCounter } from '../support/people/work.js';

/** Names of a device: the hardware's id, and the words on the label. */
const namesOfDevices = ['device_id', 'serial_number', 'claim_code'];
type Names = Readonly<Record<string, string>>;

let work: WorkCounter;
let api: DeviceApi;
beforeAll(async () => {
  work = countWork();
  api = await createDeviceApi();
});
afterAll(async () => {
  work.stop();
  await api.close();
});

const claimCode = 'K7M2Q9TX4B';
const aSerial = (): string => `JL-${randomBytes(3).toString('hex').toUpperCase()}`;
const aReservoirOf = async (account: string) => (await aReservoir(api.test, account)).reservoirId;

async function aUnit(unit: object = {}): Promise<Names> {
  const [deviceId, serial] = [aDeviceId(), aSerial()];
  const stored = { serial_number: serial, provisioning_status: 'PROVISIONED', ...unit };
  await api.post(`/v1/internal/device-inventory/units/${deviceId}`, 'admin', stored).expect(201);
  await api.post(`/v1/internal/devices/${deviceId}/register`, 'admin').expect(201);
  return { device_id: deviceId, serial_number: serial, claim_code: 'ANOTHER1CODE' };
}

/**
 * One device of each kind foreign to the stranger; a free device belongs to any reader of the
 * label, and to nobody by the id.
 */
async function foreignDevices(): Promise<Record<string, Names>> {
  const victim = newId();
  const attached = await aUnit();
  const attach = `/v1/accounts/${victim}/devices/attach`;
  const body = {
    serial_number: attached['serial_number'],
    reservoir_id: await aReservoirOf(victim),
  };
  await api.post(attach, victim, body).expect(200);
  const left = await aUnit();
  const leaving = {
    serial_number: left['serial_number'],
    reservoir_id: await aReservoirOf(victim),
  };
  await api.post(attach, victim, leaving).expect(200);
  await api.post(`/v1/accounts/${victim}/devices/${left['device_id']}/detach`, victim).expect(200);
  const [pending, pendingSerial] = [aDeviceId(), aSerial()];
  const stored = { serial_number: pendingSerial, provisioning_status: 'PENDING' };
  await api.post(`/v1/internal/device-inventory/units/${pending}`, 'admin', stored).expect(201);
  return {
    unknown: { device_id: aDeviceId(), serial_number: aSerial(), claim_code: claimCode },
    attached,
    'attached, with a code that it has none of': Object.assign({}, attached, {
      claim_code: claimCode,
    }),
    assigned: await aUnit({ account_id: victim }),
    'behind another code': await aUnit({ claim_code: claimCode }),
    'not provisioned': { device_id: pending, serial_number: pendingSerial, claim_code: claimCode },
    'given up': {
      device_id: left['device_id'] ?? '',
      serial_number: aSerial(),
      claim_code: claimCode,
    },
  };
}

/** Each alternative of a body that names a device, with example values for the rest. */
function bodiesOf({ body }: Route): Record<string, TSchema>[] {
  const { anyOf: alternatives = body ? [body] : [] } = (body ?? {}) as { anyOf?: TSchema[] };
  return alternatives.map(fieldsOf);
}

async function ask(route: Route, fields: Record<string, TSchema>, names: Names) {
  const stranger = newId();
  const own: Names = { account_id: stranger, reservoir_id: await aReservoirOf(stranger) };
  const path = route.path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => names[name] ?? own[name] ?? '',
  );
  const body = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [
      name,
      names[name] ?? own[name] ?? exampleOf(schema),
    ]),
  );
  const send = {
    get: () => api.get(path, stranger),
    delete: () => api.delete(path, stranger),
    post: () => api.post(path, stranger, body),
    patch: () => api.patch(path, stranger, body).set('If-Match', '"1"'),
    put: () =>
      Promise.reject(new Error(`${nameOf(route)}: nothing is put under the name of a device`)),
  }[route.method];
  const [response, { statements }] = await work.during(async () => send());
  const told = Object.assign({}, response.body as object, { request_id: '' });
  return { answer: `${response.status} ${JSON.stringify(told)}`, statements };
}

const inputsOf = ({ params, query, body }: Route): string[] =>
  [params, query, body].flatMap((schema) => Object.keys(fieldsOf(schema)));

describe('every route that a device is named at', () => {
  const found = allRoutes().filter((route) =>
    inputsOf(route).some((name) => namesOfDevices.includes(name)),
  );

  it('says one thing of all that are not the caller’s, after the same work', async () => {
    expect(found.length).toBeGreaterThan(9);
    const devices = Object.entries(await foreignDevices());
    for (const route of found) {
      const isInner = isForPlatform(route.access);
      expect([nameOf(route), isInner || route.access.kind === 'member']).toEqual([
        nameOf(route),
        true,
      ]);
      const bodies = bodiesOf(route);
      for (const fields of bodies.length === 0 ? [{}] : bodies) {
        const byId = 'device_id' in fields || 'device_id' in route.params.properties;
        // Until another account claims a given-up device, any holder of the label may have the
        // device.
        const foreign = devices.filter(([kind]) => byId || kind !== 'given up');
        // The first request prepares the statements for all.
        await ask(route, fields, foreign[0]?.[1] ?? {});
        const unknown = await ask(route, fields, foreign[0]?.[1] ?? {});
        expect([nameOf(route), unknown.answer]).toEqual([
          nameOf(route),
          expect.stringMatching(isInner ? /^403 .*"FORBIDDEN"/ : /^404 .*"RESOURCE_NOT_FOUND"/),
        ]);
        for (const [kind, names] of foreign)
          expect([nameOf(route), kind, await ask(route, fields, names)]).toEqual([
            nameOf(route),
            kind,
            unknown,
          ]);
      }
    }
  });

  it('is answered to who has the device, so the refusals above are not the answer to everything', async () => {
    const [owner, unit] = [newId(), await aUnit({ claim_code: claimCode })];
    const body = {
      serial_number: unit['serial_number'],
      claim_code: claimCode,
      reservoir_id: await aReservoirOf(owner),
    };
    await api.post(`/v1/accounts/${owner}/devices/attach`, owner, body).expect(200);
    await api.get(`/v1/accounts/${owner}/devices/${unit['device_id']}`, owner).expect(200);
    await api
      .get(`/v1/accounts/${owner}/devices/${unit['device_id']}/telemetry`, owner)
      .expect(200);
  });
});
