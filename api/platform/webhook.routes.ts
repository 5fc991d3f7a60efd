import type { Database } from '../../db/shared/database.js';
import type { WebhookRecords } from '../../db/platform/webhook.records.js';
import { createWebhookViews, type WebhookView } from '../../db/platform/webhook.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Caller, Role } from '../shared/caller.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../shared/route.js';
import { page, pageQuery } from '../shared/schema.js';
import { createdWebhook, newWebhook, rotatedSecret, webhook, webhookPatch } from './webhook.schemas.js';

export interface WebhookRouteParts {
  database: Database;
  cursors: Cursors;
  records: WebhookRecords;
  /** Every type that there is. */
  eventTypes: readonly string[];
  /** Why a URL may not be called, in a word; undefined when it may. */
  refusalOfUrl(url: string): Promise<string | undefined>;
  /** What a developer sets so that http and private addresses may be called; named in refusals where it may be set. */
  privateAllowedBy?: string | undefined;
}
/** Of a URL that is http, or leads to this machine or its network. */
const refusalsOfPrivate: readonly string[] = ['SCHEME', 'ADDRESS'];

export const webhookEditors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
/** As it is stored: in the form that is called, whatever way it was written. */
const normalUrl = (url: string): string => new URL(url).href;

/** What a query holds is a secret more often than not: for those who may change it. */
function shownTo(role: Role | undefined, found: WebhookView): WebhookView {
  const url = new URL(found.url);
  if (webhookEditors.some((editor) => editor === role)) return { ...found, url: url.href };
  const hidden = url.search === '' ? '' : '?…';
  return { ...found, url: `${url.origin}${url.pathname}${hidden}` };
}
const roleIn = ({ memberships }: Caller, accountId: string): Role | undefined =>
  memberships.find((membership) => membership.accountId === accountId)?.role;

export const webhooksPath = '/v1/accounts/:account_id/webhooks';
const one = `${webhooksPath}/:webhook_id` as const;

export function createWebhookRoutes({ database, cursors: allCursors, records, ...parts }: WebhookRouteParts): Route[] {
  const views = createWebhookViews(database.read);
  const cursors = allCursors.of('webhooks');
  const known = new Set(parts.eventTypes);

  async function show(accountId: string, webhookId: string) {
    const found = await views.byId(accountId, webhookId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    return found;
  }
  async function assertCallable(url: string | undefined): Promise<void> {
    const reason = url === undefined ? undefined : await parts.refusalOfUrl(url);
    if (reason === undefined) return;
    const isPrivate = refusalsOfPrivate.includes(reason) && parts.privateAllowedBy !== undefined;
    throw failure('WEBHOOK_URL_REFUSED', isPrivate ? { reason, allowed_by: parts.privateAllowedBy } : { reason });
  }

  return [
    route({
      method: 'post',
      path: webhooksPath,
      summary: 'Send events to an endpoint of yours',
      description: 'The secret that deliveries are signed with is in this answer and in no other.',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { action: 'webhook.create', subject: 'webhook' },
      uses: 'webhooks',
      body: newWebhook,
      responses: { 201: createdWebhook },
      answersSecret: true,
      errors: ['WEBHOOK_URL_REFUSED', 'WEBHOOK_LIMIT_REACHED'],
    }).handledBy(async ({ accountId, caller: { principalId }, body }) => {
      const eventTypes = typesOf(body.event_types, known);
      await assertCallable(body.url);
      const { webhookId, secret } = await records.create(
        { accountId, principalId },
        { url: normalUrl(body.url), eventTypes, description: body.description ?? null },
      );
      return {
        status: 201,
        body: { ...(await show(accountId, webhookId)), secret },
        headers: { Location: `/v1/accounts/${accountId}/webhooks/${webhookId}` },
      };
    }),

    route({
      method: 'get',
      path: webhooksPath,
      summary: 'List webhooks',
      tag: 'Webhooks',
      access: member(),
      query: pageQuery,
      responses: { 200: page(webhook) },
    }).handledBy(async ({ accountId, caller, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const role = roleIn(caller, accountId);
      const rows = await views.list(accountId, after as string | null, limit + 1);
      const shown = rows.map((row) => shownTo(role, row));
      return { status: 200, body: cursors.page(shown, limit, ({ webhook_id }) => [webhook_id]) };
    }),

    route({
      method: 'get',
      path: one,
      summary: 'Read a webhook',
      tag: 'Webhooks',
      access: member(),
      responses: { 200: webhook },
    }).handledBy(async ({ accountId, caller, params }) => ({
      status: 200,
      body: shownTo(roleIn(caller, accountId), await show(accountId, params.webhook_id)),
    })),

    route({
      method: 'patch',
      path: one,
      summary: 'Change a webhook, or switch it off and on',
      description:
        'A JSON Merge Patch. ACTIVE also ends a suspension: what waited goes out at once. What happens while a webhook ' +
        'is DISABLED is not sent to it later by itself; ask for it by redeliver.',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { action: 'webhook.update', subject: 'webhook' },
      body: webhookPatch,
      responses: { 200: webhook },
      errors: ['WEBHOOK_URL_REFUSED'],
      concurrency: 'if-match',
    }).handledBy(async ({ accountId, caller: { principalId }, params: { webhook_id: webhookId }, body, ifMatch }) => {
      const { event_types: types, url, ...patch } = body;
      const eventTypes = types && { eventTypes: typesOf(types, known) };
      await show(accountId, webhookId);
      await assertCallable(url);
      const normal = url === undefined ? {} : { url: normalUrl(url) };
      await records.update({ accountId, principalId }, webhookId, ifMatch, { ...patch, ...normal, ...eventTypes });
      return { status: 200, body: await show(accountId, webhookId) };
    }),

    route({
      method: 'delete',
      path: one,
      summary: 'Delete a webhook, with what is on its way to it',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { action: 'webhook.delete', subject: 'webhook' },
      responses: { 204: null },
    }).handledBy(async ({ accountId, caller: { principalId }, params }) => {
      await records.delete({ accountId, principalId }, params.webhook_id);
      return { status: 204 };
    }),

    route({
      method: 'post',
      path: `${one}/rotate-secret`,
      summary: 'Get the next secret',
      description: 'For 24 hours deliveries carry two signatures, by the new secret and by the one before.',
      tag: 'Webhooks',
      access: member(...webhookEditors),
      audit: { action: 'webhook.rotate-secret', subject: 'webhook' },
      responses: { 200: rotatedSecret },
    }).handledBy(async ({ accountId, caller: { principalId }, params: { webhook_id: webhookId } }) => {
      const { secret, previousSecretUntil } = await records.rotateSecret({ accountId, principalId }, webhookId);
      return {
        status: 200,
        body: { webhook_id: webhookId, secret, previous_secret_expires_at: previousSecretUntil },
      };
    }),
  ];
}

/** Null for all of them; refused are types that nobody emits, since nothing would ever come of them. */
export function typesOf(asked: readonly string[], known: ReadonlySet<string>): readonly string[] | null {
  if (asked.length === 1 && asked[0] === '*') return null;
  const errors = asked
    .map((type, index) => ({ path: `/event_types/${index}`, type }))
    .filter(({ type }) => !known.has(type))
    .map(({ path, type }) => ({
      path,
      message: type === '*' ? 'must be alone where it stands for all types' : 'is no type of event',
    }));
  if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
  return asked;
}
