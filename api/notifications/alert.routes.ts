import { meViews } from '../../db/identity/account/me.views.js';
import { alertRecords } from '../../db/notifications/alert.records.js';
import { alertViews, type AlertView } from '../../db/notifications/alert.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { alertLanguages, type AlertLanguage } from '../../workflows/shared/alert-language.js';
import { alertTexts } from '../../workflows/shared/alert-texts.js';
import { renderAlert } from '../../workflows/notifications/alert-text.rules.js';
import type { Caller } from '../route/caller.js';
import { member, route, type Route } from '../route/route.js';
import { page } from '../route/schema.js';
import { alert, alertLanguage, alertQuery } from './alert.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

export function createAlertRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const cursors = allCursors.of('alerts');

  async function chooseLanguage(
    asked: AlertLanguage | undefined,
    { principalId }: Caller,
  ): Promise<AlertLanguage> {
    if (asked) return asked;
    const me = await meViews(database.reads({ principalId })).ofPrincipal();
    const preferred = me?.user.preferred_language;
    return alertLanguages.find((language) => preferred?.startsWith(language)) ?? 'en';
  }

  const listAlerts = route({
    method: 'get',
    path: '/v1/accounts/:account_id/alerts',
    summary: 'List alerts, newest first',
    tag: 'Alerts',
    access: member(),
    scope: 'water.read',
    query: alertQuery,
    responses: { 200: page(alert) },
  }).handledBy(async ({ scope, caller, query }) => {
    const { severity = null, language: asked } = query;
    const [{ items, next_cursor }, language] = await Promise.all([
      cursors.list(
        query,
        (after, limit) => alertViews(scope).page(severity, after, limit),
        ({ alert_id }) => alert_id,
      ),
      chooseLanguage(asked, caller),
    ]);
    return {
      status: 200,
      body: { items: items.map((item) => rendered(item, language)), next_cursor },
    };
  });

  const markAlertRead = route({
    method: 'post',
    path: '/v1/accounts/:account_id/alerts/:alert_id/mark-read',
    summary: 'Mark an alert as read',
    description: 'Again changes nothing: the time of the first reading stays.',
    tag: 'Alerts',
    access: member(),
    scope: 'water.write',
    audit: { action: 'alert.mark-read', subject: 'alert' },
    query: alertLanguage,
    responses: { 200: alert },
  }).handledBy(async ({ scope, caller, params, query }) => {
    const view = await alertRecords(scope).markRead(params.alert_id);
    if (!view) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: rendered(view, await chooseLanguage(query.language, caller)) };
  });

  return [listAlerts, markAlertRead];
}

/** Only alerts in the app are listed; the app is the only channel so far. */
function rendered(view: AlertView, language: AlertLanguage) {
  const text = alertTexts[view.message_key];
  if (!text) throw new Error(`no domain has the text of ${view.message_key}`);
  const { title, message } = renderAlert(text, view.message_args, language);
  const inApp = { channel: 'APP' as const, status: 'SENT' as const, sent_at: view.created_at };
  return { ...view, rendered_title: title, rendered_message: message, deliveries: [inApp] };
}
