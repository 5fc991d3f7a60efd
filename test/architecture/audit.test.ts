import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { routeName } from '../../api/shared/audit.js';
import { effectOf, isMutating, type Audited, type Route } from '../../api/shared/route.js';
import { platformAccountId } from '../../db/shared/context.js';
import { entryHash, type ChainedEntry } from '../../db/shared/audit-hash.js';
import { createAuditVerification } from '../../workers/shared/audit-verification.js';
import { makeReservoir, makeSite, password, type Actor } from '../support/actors.js';
import { createRawClient, type RawClient } from '../support/http.js';
import { makeHolding, makeShop, type Holding } from '../support/holdings.js';
import { startTestSystem, type RequestLine, type TestSystem } from '../support/system.js';

let system: TestSystem;
let call: RawClient;
let owner: Actor;

beforeAll(async () => {
  system = await startTestSystem();
  call = createRawClient(system.url);
  const seller = await system.signUp('seller');
  owner = await system.signUp('owner');
  const holding = await makeHolding(system, owner, await makeShop(seller));
  await signInAndOut(owner);
  await editRecords(owner, holding);
  await finishOrder(owner, seller, holding.order_id);
  await beRefused(owner, holding);
});
afterAll(() => system.stop());

async function signInAndOut(owner: Actor): Promise<void> {
  const signedIn = await call('post', '/v1/auth/login', { body: { username: owner.email, password } });
  const { refresh_token: old } = signedIn.body as { refresh_token: string };
  const exchanged = await call('post', '/v1/auth/refresh', { body: { refresh_token: old } });
  const { refresh_token: next } = exchanged.body as { refresh_token: string };
  await call('post', '/v1/auth/logout', { body: { refresh_token: next } });
  const phone = `+2547${String(Date.now()).slice(-8)}`;
  await call('post', '/v1/auth/register', { body: { phone_e164: phone, password } });
  await call('post', '/v1/auth/request-identifier-verification', { body: { phone_e164: phone } });
}

/** What making a holding does not do. */
async function editRecords(owner: Actor, holding: Holding): Promise<void> {
  const [site, idle] = [await makeSite(owner), await makeSite(owner)];
  const reservoir = await makeReservoir(owner, site);
  const edit = { token: owner.token, headers: { 'if-match': '"1"' } };
  await call('patch', `/v1/sites/${site}`, { ...edit, body: { name: 'Depot' } });
  await call('patch', `/v1/reservoirs/${reservoir}`, { ...edit, body: { name: 'Old tank' } });
  await call('delete', `/v1/reservoirs/${reservoir}`, edit);
  await call('delete', `/v1/sites/${idle}`, edit);
  const account = `/v1/accounts/${owner.accountId}`;
  await call('post', `${account}/alerts/${holding.alert_id}/mark-read`, edit);
  await call('patch', `${account}/seller-profile`, { ...edit, body: { display_name: 'Maji' } });
  const device = await call('get', `${account}/devices/${holding.device_id}`, edit);
  const current = { token: owner.token, headers: { 'if-match': String(Object(device.body).etag) } };
  await call('patch', `${account}/devices/${holding.device_id}`, { ...current, body: { name: 'Gauge' } });
}

async function finishOrder(buyer: Actor, seller: Actor, orderId: string): Promise<void> {
  const orderOf = ({ accountId }: Actor) => `/v1/accounts/${accountId}/orders/${orderId}`;
  await seller.api.post(`${orderOf(seller)}/accept`);
  for (const party of [seller, buyer])
    await party.api.post(`${orderOf(party)}/confirm-delivery`, { confirmed_volume_liters: 10 });
  await buyer.api.post(`${orderOf(buyer)}/reviews`, { rating: 5 });
}

/** Each of these opens the request's transaction, and must leave nothing in it. */
async function beRefused(owner: Actor, { site_id: site, reservoir_id: reservoir }: Holding): Promise<void> {
  const stale = { token: owner.token, headers: { 'if-match': '"77"' } };
  await call('delete', `/v1/sites/${site}`, stale);
  await call('patch', `/v1/sites/${site}`, { ...stale, body: { name: 'Depot' } });
  await call('patch', `/v1/reservoirs/${reservoir}`, { ...stale, body: { site_id: randomUUID() } });
  await call('post', '/v1/auth/login', { body: { username: owner.email, password: 'not hers at all' } });
}

it('is shown to the owners of an account, a page at a time, and nothing of another', async () => {
  const path = `/v1/accounts/${owner.accountId}/audit`;
  const first = await owner.api.get<Page>(`${path}?limit=2`);
  const second = await owner.api.get<Page>(`${path}?limit=2&cursor=${first.next_cursor}`);
  const [newest = 0] = first.items.map(({ seq }) => seq);
  expect([...first.items, ...second.items].map(({ seq }) => seq)).toEqual([newest, newest - 1, newest - 2, newest - 3]);
  expect(first.items.every((entry) => entryHash(entry) === entry.hash)).toBe(true);
  const deleted = await owner.api.get<Page>(`${path}?action=site.delete&subject_type=site`);
  expect(deleted.items.map(({ action, account_id }) => [action, account_id])).toEqual([
    ['site.delete', owner.accountId],
  ]);
  expect((await owner.api.get<Page>(`${path}?actor=${randomUUID()}`)).items).toEqual([]);
  expect(await owner.api.get<Page>(`${path}/checkpoints`)).toEqual({ items: [], next_cursor: null });
  const shown = await call('get', path, { token: (await system.signUp('stranger')).token });
  expect(shown.status).toBe(403);
});

interface Page {
  items: ChainedEntry[];
  next_cursor: string;
}
interface Entry {
  account_id: string;
  action: string;
  subject_type: string;
  subject_id: string;
  ip: string;
}
const entriesOf = async ({ request_id: id }: RequestLine): Promise<Entry[]> => {
  const { rows } = await system.admin.query<Entry>(
    'select account_id, action, subject_type, subject_id, ip from platform.audit_log where request_id = $1',
    [id],
  );
  return rows;
};
const auditOf = ({ audit }: Route): Audited | undefined => (audit && 'action' in audit ? audit : undefined);
/** Changes of a workflow's are audited by the activities that make them. */
const watched = (): Route[] =>
  system.api.routes.filter((route) => isMutating(route) && auditOf(route) && effectOf(route) === 'transaction');
const linesOf = ({ method, path }: Route): RequestLine[] =>
  system.requests.filter((line) => line.method === method.toUpperCase() && line.route === path);

it('leaves one entry for each change through HTTP, in the chain of its account, and none for a refusal', async () => {
  const odd: string[] = [];
  let refused = 0;
  for (const route of watched()) {
    const audit = auditOf(route);
    for (const line of linesOf(route)) {
      const entries = await entriesOf(line);
      const expected = line.status < 400 ? [[line.account_id ?? platformAccountId, audit?.action, audit?.subject]] : [];
      if (line.status >= 400) refused += 1;
      const found = entries.map((entry) => [entry.account_id, entry.action, entry.subject_type]);
      if (JSON.stringify(found) !== JSON.stringify(expected))
        odd.push(`${routeName(route)} ${line.status}: ${JSON.stringify(found)}`);
      if (entries.some((entry) => !entry.ip || !entry.subject_id)) odd.push(`${routeName(route)}: says too little`);
    }
  }
  expect(odd).toEqual([]);
  expect(refused).toBeGreaterThan(3);
});

it('has looked at many routes, and at each whose records write the entry themselves', () => {
  const seen = watched().filter((route) => linesOf(route).some(({ status }) => status < 400));
  expect(seen.length).toBeGreaterThan(15);
  const byRecords = watched().filter(({ access }) => access.kind === 'anyone' || access.kind === 'signedIn');
  expect(byRecords.length).toBeGreaterThan(5);
  expect(byRecords.filter((route) => !seen.includes(route)).map(routeName)).toEqual([]);
});

it('says of what changed how it was before and after', async () => {
  const { rows } = await system.admin.query<{ action: string; before: boolean; after: boolean }>(
    `select distinct l.action, l.before_hash is not null as before, l.after_hash is not null as after from platform.audit_log l
     where l.action in ('site.create', 'site.update', 'site.delete', 'price-rule.create', 'user.verify-identifier')
     order by 1`,
  );
  expect(rows).toEqual([
    { action: 'price-rule.create', before: false, after: true },
    { action: 'site.create', before: false, after: true },
    { action: 'site.delete', before: true, after: false },
    { action: 'site.update', before: true, after: true },
    { action: 'user.verify-identifier', before: false, after: true },
  ]);
});

it('has a proof for each entry, whichever process wrote it, and also for what a workflow did', async () => {
  const proofKey = system.config.deriveKey('audit entries');
  const witnesses = { of: () => [], unprovedOf: () => 0, accounts: () => [] };
  const { faults, entries } = await createAuditVerification(system.database, { proofKey, witnesses }).verifyAll([]);
  expect(faults).toEqual([]);
  expect(entries).toBeGreaterThan(20);
  const actions = await system.admin.query<{ action: string }>('select distinct l.action from platform.audit_log l');
  const commands = system.api.routes
    .filter((route) => effectOf(route) === 'workflow')
    .map((route) => auditOf(route)?.action);
  expect(actions.rows.filter(({ action }) => commands.includes(action)).length).toBeGreaterThan(3);
});

it('keeps addresses, numbers and names out of the log', async () => {
  const { rows } = await system.admin.query<{ text: string }>('select l::text as text from platform.audit_log l');
  expect(rows.length).toBeGreaterThan(20);
  for (const { text } of rows) expect(text).not.toMatch(/@|\+254|Depot|Maji|Yard/);
});
