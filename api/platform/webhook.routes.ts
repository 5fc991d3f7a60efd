import type { ReadScope, WriteScope } from '../../db/connection/database.js';
import type { WebhookRecords } from '../../db/platform/webhook/webhook.records.js';
import { webhookViews, type WebhookView } from '../../db/platform/webhook/webhook.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Caller, Role } from '../route/caller.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import {
  createdWebhook,
  newWebhook,
  rotatedSecret,
  webhook,
  webhookPatch,
} from './webhook.schemas.js';

export interface WebhookRouteParts {
  cursors: Cursors;
  records: (scope: WriteScope) => WebhookRecords;
  /** Every event type. */
  eventTypes: readonly string[];
  /** A word for why a URL may not be called; undefined for an allowed URL. */
  refusalOfUrl(url: string): Promise<string | undefined>;
  /**
   * A developer's setting to allow http and private addresses; named in refusals where the setting
   * may be used.
   */
  privateAllowedBy?: string | undefined;
}
/** Refusals of a URL with http, or with an address of the local machine or network. */
const refusalsOfPrivate: readonly string[] = ['SCHEME', 'ADDRESS'];

export const webhookEditors = policy['webhooks.edit'];
/** The URL as stored: the form for calls, however written. */
const normalUrl = (url: string): string => new URL(url).href;

/** A query string often holds a secret, so only editors see the query string. */
function shownTo(role: Role | undefined, view: WebhookView): WebhookView {
  const url = new URL(view.url);
  if (webhookEditors.some((editor) => editor === role)) return { ...view, url: url.href };
  const hidden = url.search === '' ? '' : '?…';
  return { ...view, url: `${url.origin}${url.pathname}${hidden}` };
}
const roleIn = ({ memberships }: Caller, accountId: string): Role | undefined =>
  memberships.find((membership) => membership.accountId === accountId)?.role;

export const webhooksPath = '/v1/accounts/:account_id/webhooks';
const one = `${webhooksPath}/:webhook_id` as const;

export function createWebhookRoutes({
  cursors: allCursors,
  records,
  ...parts
}: WebhookRouteParts): Route[] {
  const cursors = allCursors.of('webhooks');
  const knownTypes = new Set(parts.eventTypes);

  async function assertCallable(url: string | undefined): Promise<void> {
    const reason = url === undefined ? undefined : await parts.refusalOfUrl(url);
    if (reason === undefined) return;
    const isPrivate = refusalsOfPrivate.includes(reason) && parts.privateAllowedBy !== undefined;
    throw failure(
      'WEBHOOK_URL_REFUSED',
      isPrivate ? { reason, allowed_by: parts.privateAllowedBy } : { reason },
    );
  }

  const createWebhook = route({
    method: 'post',
    path: webhooksPath,
    summary: 'Send events to an endpoint of yours',
    description: 'The secret that deliveries are signed with is in this answer and in no other.',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    audit: { action: 'webhook.create', subject: 'webhook' },
    uses: 'webhooks',
    body: newWebhook,
    responses: { 201: createdWebhook },
    answersSecret: true,
    errors: ['WEBHOOK_URL_REFUSED', 'WEBHOOK_LIMIT_REACHED'],
  }).handledBy(async ({ scope, accountId, body }) => {
    const eventTypes = typesOf(body.event_types, knownTypes);
    await assertCallable(body.url);
    const { webhookId, secret } = await records(scope).create({
      url: normalUrl(body.url),
      eventTypes,
      description: body.description ?? null,
    });
    return {
      status: 201,
      body: { ...(await findWebhook(scope, webhookId)), secret },
      headers: { Location: `/v1/accounts/${accountId}/webhooks/${webhookId}` },
    };
  });

  const listWebhooks = route({
    method: 'get',
    path: webhooksPath,
    summary: 'List webhooks',
    tag: 'Webhooks',
    access: member(),
    scope: 'webhooks.read',
    query: pageQuery,
    responses: { 200: page(webhook) },
  }).handledBy(async ({ scope, accountId, caller, query: { limit, cursor } }) => {
    const [after = null] = cursors.decode(cursor) ?? [];
    const role = roleIn(caller, accountId);
    const rows = await webhookViews(scope).page(after as string | null, limit + 1);
    const items = rows.map((row) => shownTo(role, row));
    return { status: 200, body: cursors.page(items, limit, ({ webhook_id }) => [webhook_id]) };
  });

  const readWebhook = route({
    method: 'get',
    path: one,
    summary: 'Read a webhook',
    tag: 'Webhooks',
    access: member(),
    scope: 'webhooks.read',
    responses: { 200: webhook },
  }).handledBy(async ({ scope, accountId, caller, params }) => ({
    status: 200,
    body: shownTo(roleIn(caller, accountId), await findWebhook(scope, params.webhook_id)),
  }));

  const updateWebhook = route({
    method: 'patch',
    path: one,
    summary: 'Change a webhook, or switch it off and on',
    description:
      'A JSON Merge Patch. ACTIVE also ends a suspension: what waited goes out at once. What happens while a webhook ' +
      'is DISABLED is not sent to it later by itself; ask for it by redeliver.',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    audit: { action: 'webhook.update', subject: 'webhook' },
    body: webhookPatch,
    responses: { 200: webhook },
    errors: ['WEBHOOK_URL_REFUSED'],
    concurrency: 'if-match',
  }).handledBy(async ({ scope, params: { webhook_id: webhookId }, body, ifMatch }) => {
    const { event_types: types, url, ...patch } = body;
    const eventTypes = types && { eventTypes: typesOf(types, knownTypes) };
    await findWebhook(scope, webhookId);
    await assertCallable(url);
    const normal = url === undefined ? {} : { url: normalUrl(url) };
    await records(scope).update(webhookId, ifMatch, { ...patch, ...normal, ...eventTypes });
    return { status: 200, body: await findWebhook(scope, webhookId) };
  });

  const deleteWebhook = route({
    method: 'delete',
    path: one,
    summary: 'Delete a webhook, with what is on its way to it',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    audit: { action: 'webhook.delete', subject: 'webhook' },
    responses: { 204: null },
  }).handledBy(async ({ scope, params }) => {
    await records(scope).delete(params.webhook_id);
    return { status: 204 };
  });

  const rotateSecret = route({
    method: 'post',
    path: `${one}/rotate-secret`,
    summary: 'Get the next secret',
    description:
      'For 24 hours deliveries carry two signatures, by the new secret and by the one before.',
    tag: 'Webhooks',
    access: member(...webhookEditors),
    scope: 'webhooks.write',
    audit: { action: 'webhook.rotate-secret', subject: 'webhook' },
    responses: { 200: rotatedSecret },
  }).handledBy(async ({ scope, params: { webhook_id: webhookId } }) => {
    const { secret, previousSecretUntil } = await records(scope).rotateSecret(webhookId);
    return {
      status: 200,
      body: { webhook_id: webhookId, secret, previous_secret_expires_at: previousSecretUntil },
    };
  });

  return [createWebhook, listWebhooks, readWebhook, updateWebhook, deleteWebhook, rotateSecret];
}

async function findWebhook(scope: ReadScope, webhookId: string): Promise<WebhookView> {
  const view = await webhookViews(scope).byId(webhookId);
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  return view;
}

/** Null for all types; an unknown type is refused, since no event would ever come. */
export function typesOf(
  types: readonly string[],
  knownTypes: ReadonlySet<string>,
): readonly string[] | null {
  if (types.length === 1 && types[0] === '*') return null;
  const errors = types
    .map((type, index) => ({ path: `/event_types/${index}`, type }))
    .filter(({ type }) => !knownTypes.has(type))
    .map(({ path, type }) => ({
      path,
      message: type === '*' ? 'must be alone where it stands for all types' : 'is no type of event',
    }));
  if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
  return types;
}
