import { createMeViews } from '../../db/identity/me.views.js';
import { createAlertRecords } from '../../db/water/alert.records.js';
import { createAlertViews, type AlertView } from '../../db/water/alert.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { alertLanguages, type AlertLanguage } from '../../workflows/water/alert.contract.js';
import { renderAlert } from '../../workflows/water/alert-text.rules.js';
import type { Caller } from '../shared/caller.js';
import { member, route, type Route } from '../shared/route.js';
import { page } from '../shared/schema.js';
import { alert, alertLanguage, alertQuery } from './alert.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

export function createAlertRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createAlertRecords(database);
  const views = createAlertViews(database.read);
  const people = createMeViews(database.read);
  const cursors = allCursors.of('alerts');

  async function chooseLanguage(asked: AlertLanguage | undefined, { principalId }: Caller): Promise<AlertLanguage> {
    if (asked) return asked;
    const preferred = (await people.byPrincipal(principalId))?.user.preferred_language;
    return alertLanguages.find((language) => preferred?.startsWith(language)) ?? 'en';
  }

  return [
    route({
      method: 'get',
      path: '/v1/accounts/:account_id/alerts',
      summary: 'List alerts, newest first',
      tag: 'Alerts',
      access: member(),
      query: alertQuery,
      responses: { 200: page(alert) },
    }).handledBy(async ({ accountId, caller, query: { limit, cursor, severity = null, language: asked } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const [rows, language] = await Promise.all([
        views.list(accountId, severity, after as string | null, limit + 1),
        chooseLanguage(asked, caller),
      ]);
      const { items, next_cursor } = cursors.page(rows, limit, ({ alert_id }) => [alert_id]);
      return { status: 200, body: { items: items.map((item) => rendered(item, language)), next_cursor } };
    }),

    route({
      method: 'post',
      path: '/v1/accounts/:account_id/alerts/:alert_id/mark-read',
      summary: 'Mark an alert as read',
      description: 'Again changes nothing: the time of the first reading stays.',
      tag: 'Alerts',
      access: member(),
      audit: { action: 'alert.mark-read', subject: 'alert' },
      query: alertLanguage,
      responses: { 200: alert },
    }).handledBy(async ({ accountId, caller, params: { alert_id: alertId }, query }) => {
      await records.markRead(accountId, alertId);
      const found = await views.byId(accountId, alertId);
      if (!found) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: rendered(found, await chooseLanguage(query.language, caller)) };
    }),
  ];
}

/** An alert that can be listed has reached the app; it is the only channel so far. */
function rendered(view: AlertView, language: AlertLanguage) {
  const { title, message } = renderAlert(view.message_key, view.message_args, language);
  const inApp = { channel: 'APP' as const, status: 'SENT' as const, sent_at: view.created_at };
  return { ...view, rendered_title: title, rendered_message: message, deliveries: [inApp] };
}
