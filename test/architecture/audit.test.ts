/** Tells of: audit.routes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { routeName } from '../../api/pipeline/audit.js';
import { effectOf, isMutating, type Audited, type Route } from '../../api/route/route.js';
import { platformAccountId } from '../../db/connection/context.js';
import { entryHash, type ChainedEntry } from '../../db/audit/audit-hash.js';
import { createAuditVerification } from '../../workers/audit/audit-verification.js';
import { makeReservoir, makeSite, password, signIn, type Actor } from '../support/people/actors.js';
import { authenticatorOf } from '../support/people/authenticator.js';
import { arriveBySso, startProvider } from '../support/people/sso.js';
import { createRawClient, type RawClient } from '../support/http/http.js';
import { makeHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { eventually } from '../support/timing/eventually.js';
import { startTestSystem, type RequestLine, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let call: RawClient;
let owner: Actor;
let provider: Awaited<ReturnType<typeof startProvider>>;

beforeAll(async () => {
  provider = await startProvider();
  system = await startTestSystem(provider.variables);
  call = createRawClient(system.url);
  const seller = await system.signUp('seller');
  owner = await system.signUp('owner');
  const holding = await makeHolding(system, owner, await makeShop(seller));
  await signInAndOut(owner);
  await signInBySso();
  await changePasswords();
  await useSecondFactor();
  await editRecords(owner, holding);
  await joinByInvite(owner);
  await changeContacts();
  await finishOrder(owner, seller, holding.order_id);
  await beRefused(owner, holding);
});
afterAll(async () => {
  await system.stop();
  await provider.server.stop();
});

async function signInAndOut(owner: Actor): Promise<void> {
  const signedIn = await call('post', '/v1/auth/login', {
    body: { username: owner.email, password },
  });
  const { refresh_token: old } = signedIn.body as { refresh_token: string };
  const exchanged = await call('post', '/v1/auth/refresh', { body: { refresh_token: old } });
  const { refresh_token: next } = exchanged.body as { refresh_token: string };
  await call('post', '/v1/auth/logout', { body: { refresh_token: next } });
  const phone = `+2547${String(Date.now()).slice(-8)}`;
  await call('post', '/v1/auth/register', { body: { phone_e164: phone, password } });
  await call('post', '/v1/auth/request-identifier-verification', { body: { phone_e164: phone } });
}

/** A password is changed and reset, and sessions end, one and all. */
async function changePasswords(): Promise<void> {
  const { email, token } = await system.signUp('forgetful');
  const other = await signIn(system.client, email);
  const newPassword = 'another long one for tests';
  const sessions = await call('get', '/v1/me/sessions', { token });
  const { items } = sessions.body as { items: { session_id: string; is_current: boolean }[] };
  const session = items.find(({ is_current: isCurrent }) => !isCurrent);
  await call('delete', `/v1/me/sessions/${session?.session_id}`, { token });
  const change = { current_password: password, new_password: newPassword };
  await call('post', '/v1/me/password', { token, body: change });
  await call('post', '/v1/auth/logout-all', { token });
  await call('post', '/v1/auth/request-password-reset', { body: { username: other.email } });
  const otp = await eventually(async () => {
    const path = `/ui/mailbox.json?to=${encodeURIComponent(email)}`;
    const { items: messages } = await system.client.get<{
      items: { otp?: string; subject: string }[];
    }>(path);
    const message = messages.find(({ subject }) => subject.includes('new password'));
    if (message?.otp === undefined) throw new Error('no code yet');
    return message.otp;
  });
  const reset = { username: email, otp, new_password: password };
  await call('post', '/v1/auth/reset-password', { body: reset });
}

async function useSecondFactor(): Promise<void> {
  const { email, token } = await system.signUp('careful');
  const enrolled = await call('post', '/v1/me/mfa/totp', { token, body: {} });
  const code = authenticatorOf((enrolled.body as { secret: string }).secret);
  const confirming = { token, body: { code: code() } };
  await call('post', '/v1/me/mfa/totp/confirm', confirming);
  const renewed = await call('post', '/v1/me/mfa/recovery-codes', {
    token,
    body: { code: code(1) },
  });
  const [first, second] = (renewed.body as { recovery_codes: string[] }).recovery_codes;
  const login = await call('post', '/v1/auth/login', { body: { username: email, password } });
  const { mfa_token: mfaToken } = Object(login.body).details as { mfa_token: string };
  await call('post', '/v1/auth/mfa', { body: { mfa_token: mfaToken, recovery_code: first } });
  await call('delete', '/v1/me/mfa/totp', { token, body: { password, recovery_code: second } });
}

/** A person comes from the provider, and leaves the provider. */
async function signInBySso(): Promise<void> {
  const { server } = provider;
  server.person = { sub: 'somebody', email: 'somebody@example.com', email_verified: true };
  const code = await arriveBySso(system.url, server);
  const { body } = await call('post', '/v1/auth/sso/exchange', { body: { code } });
  const { access_token: token } = body as { access_token: string };
  await call('delete', '/v1/me/identities/acme', { token });
}

/** Edits that making a holding leaves out. */
async function editRecords(owner: Actor, holding: Holding): Promise<void> {
  const [site, idle] = [await makeSite(owner), await makeSite(owner)];
  const reservoir = await makeReservoir(owner, site);
  const edit = { token: owner.token, headers: { 'if-match': '"1"' } };
  await call('post', '/v1/auth/token', { ...edit, body: { account_id: owner.accountId } });
  await call('patch', `/v1/sites/${site}`, { ...edit, body: { name: 'Depot' } });
  await call('patch', `/v1/reservoirs/${reservoir}`, { ...edit, body: { name: 'Old tank' } });
  await call('delete', `/v1/reservoirs/${reservoir}`, edit);
  await call('delete', `/v1/sites/${idle}`, edit);
  const account = `/v1/accounts/${owner.accountId}`;
  await call('post', '/v1/accounts', { ...edit, body: { name: 'Depot' } });
  await call('post', `${account}/alerts/${holding.alert_id}/mark-read`, edit);
  await call('patch', `${account}/seller-profile`, { ...edit, body: { display_name: 'Maji' } });
  const device = await call('get', `${account}/devices/${holding.device_id}`, edit);
  const current = { token: owner.token, headers: { 'if-match': String(Object(device.body).etag) } };
  await call('patch', `${account}/devices/${holding.device_id}`, {
    ...current,
    body: { name: 'Gauge' },
  });
}

/** A number is asked for and given up; the address stays, as the last. */
async function changeContacts(): Promise<void> {
  const { token } = await system.signUp('mover');
  const phone = `+2547${String(Date.now() + 1).slice(-8)}`;
  const identifiers = '/v1/me/identifiers';
  await call('post', `${identifiers}/email`, { token, body: { email: 'mover@example.com' } });
  await call('post', `${identifiers}/phone`, { token, body: { phone_e164: phone } });
  const { body } = await call('get', '/v1/me', { token });
  const { id } = (body as { user: { id: string } }).user;
  await system.admin.query(
    `update identity.users set phone_e164 = $2, phone_verified_at = now() where user_id = $1`,
    [id, phone],
  );
  await call('delete', `${identifiers}/email`, { token });
  await call('post', `${identifiers}/email`, { token, body: { email: 'mover@example.com' } });
  await system.admin.query(
    `update identity.users set email = 'mover@example.com', email_verified_at = now() where user_id = $1`,
    [id],
  );
  await call('delete', `${identifiers}/phone`, { token });
}

/** A guest with an account of their own joins by the id of the invite. */
async function joinByInvite({ accountId, token }: Actor): Promise<void> {
  const guest = await system.signUp('guest');
  const path = `/v1/accounts/${accountId}/members/invite`;
  const { body } = await call('post', path, { token, body: { email: guest.email } });
  const { invite_token_id } = body as { invite_token_id: string };
  await call('post', '/v1/org-invites/accept', { token: guest.token, body: { invite_token_id } });
}

async function finishOrder(buyer: Actor, seller: Actor, orderId: string): Promise<void> {
  const orderOf = ({ accountId }: Actor) => `/v1/accounts/${accountId}/orders/${orderId}`;
  await seller.api.post(`${orderOf(seller)}/accept`);
  for (const party of [seller, buyer])
    await party.api.post(`${orderOf(party)}/confirm-delivery`, { confirmed_volume_liters: 10 });
  await buyer.api.post(`${orderOf(buyer)}/reviews`, { rating: 5 });
}

/** Each call opens the request's transaction, and must leave nothing there. */
async function beRefused(
  owner: Actor,
  { site_id: site, reservoir_id: reservoir }: Holding,
): Promise<void> {
  const stale = { token: owner.token, headers: { 'if-match': '"77"' } };
  await call('delete', `/v1/sites/${site}`, stale);
  await call('patch', `/v1/sites/${site}`, { ...stale, body: { name: 'Depot' } });
  await call('patch', `/v1/reservoirs/${reservoir}`, { ...stale, body: { site_id: randomUUID() } });
  await call('post', '/v1/auth/login', {
    body: { username: owner.email, password: 'not hers at all' },
  });
}

it('is shown to the owners of an account, a page at a time, and nothing of another', async () => {
  const path = `/v1/accounts/${owner.accountId}/audit`;
  const first = await owner.api.get<Page>(`${path}?limit=2`);
  const second = await owner.api.get<Page>(`${path}?limit=2&cursor=${first.next_cursor}`);
  const [newest = 0] = first.items.map(({ seq }) => seq);
  expect([...first.items, ...second.items].map(({ seq }) => seq)).toEqual([
    newest,
    newest - 1,
    newest - 2,
    newest - 3,
  ]);
  expect(first.items.every((entry) => entryHash(entry) === entry.hash)).toBe(true);
  const deleted = await owner.api.get<Page>(`${path}?action=site.delete&subject_type=site`);
  expect(deleted.items.map(({ action, account_id }) => [action, account_id])).toEqual([
    ['site.delete', owner.accountId],
  ]);
  expect((await owner.api.get<Page>(`${path}?actor=${randomUUID()}`)).items).toEqual([]);
  expect(await owner.api.get<Page>(`${path}/checkpoints`)).toEqual({
    items: [],
    next_cursor: null,
  });
  const answer = await call('get', path, { token: (await system.signUp('stranger')).token });
  expect(answer.status).toBe(403);
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
const auditOf = ({ audit }: Route): Audited | undefined =>
  audit && 'action' in audit ? audit : undefined;
/** Each workflow change is audited by the changing activity. */
const watched = (): Route[] =>
  system.api.routes.filter(
    (route) => isMutating(route) && auditOf(route) && effectOf(route) === 'transaction',
  );
const linesOf = ({ method, path }: Route): RequestLine[] =>
  system.requests.filter((line) => line.method === method.toUpperCase() && line.route === path);

it('leaves one entry for each change through HTTP, in the chain of its account, and none for a refusal', async () => {
  const odd: string[] = [];
  let refused = 0;
  for (const route of watched()) {
    const audit = auditOf(route);
    for (const line of linesOf(route)) {
      const entries = await entriesOf(line);
      const expected =
        line.status < 400
          ? [[line.account_id ?? platformAccountId, audit?.action, audit?.subject]]
          : [];
      if (line.status >= 400) refused += 1;
      const actions = entries.map((entry) => [entry.account_id, entry.action, entry.subject_type]);
      if (JSON.stringify(actions) !== JSON.stringify(expected))
        odd.push(`${routeName(route)} ${line.status}: ${JSON.stringify(actions)}`);
      if (entries.some((entry) => !entry.ip || !entry.subject_id))
        odd.push(`${routeName(route)}: says too little`);
    }
  }
  expect(odd).toEqual([]);
  expect(refused).toBeGreaterThan(3);
});

it('has looked at many routes, and at each whose records write the entry themselves', () => {
  const answeredRoutes = watched().filter((route) =>
    linesOf(route).some(({ status }) => status < 400),
  );
  expect(answeredRoutes.length).toBeGreaterThan(15);
  const byRecords = watched().filter(
    ({ access }) => access.kind === 'anyone' || access.kind === 'signedIn',
  );
  expect(byRecords.length).toBeGreaterThan(5);
  expect(byRecords.filter((route) => !answeredRoutes.includes(route)).map(routeName)).toEqual([]);
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
  const witnesses = { witnessesOf: () => [], unprovedOf: () => 0, accounts: () => [] };
  const { faults, entries } = await createAuditVerification(system.database, {
    proofKey,
    witnesses,
  }).verifyAll([]);
  expect(faults).toEqual([]);
  expect(entries).toBeGreaterThan(20);
  const actions = await system.admin.query<{ action: string }>(
    'select distinct l.action from platform.audit_log l',
  );
  const commands = system.api.routes
    .filter((route) => effectOf(route) === 'workflow')
    .map((route) => auditOf(route)?.action);
  expect(actions.rows.filter(({ action }) => commands.includes(action)).length).toBeGreaterThan(3);
});

it('keeps addresses, numbers and names out of the log', async () => {
  const { rows } = await system.admin.query<{ text: string }>(
    'select l::text as text from platform.audit_log l',
  );
  expect(rows.length).toBeGreaterThan(20);
  for (const { text } of rows) expect(text).not.toMatch(/@|\+254|Depot|Maji|Yard/);
});
