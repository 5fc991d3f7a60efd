import type { Static } from 'typebox';
import { createDeadLetterDecisionRecords } from '../../db/platform/dead-letter-decision.records.js';
import { createDeadLetterDecisionViews } from '../../db/platform/dead-letter-decision.views.js';
import type { Database } from '../../db/shared/database.js';
import { deadLetterDecisions, type DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, platformAdmin, route, type Route } from '../shared/route.js';
import { deadLetterDecision, decisionRequest, requestedDecision } from './dead-letter-decision.schemas.js';

export interface DeadLetterDecisionRouteParts {
  database: Database;
}

const saying: Record<DeadLetterDecision, { summary: string; description: string }> = {
  redrive: {
    summary: 'Deliver all dead letters again',
    description: 'Each in its place, also those that were released.',
  },
  skip: { summary: 'Leave all dead letters out for good', description: 'Also those that were released.' },
  release: {
    summary: 'Let what waits behind dead letters go on',
    description: 'They are kept, to be delivered later or left out.',
  },
};
const others =
  'Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the ' +
  'answer names that; while anything else is, it is refused.';

/** An account decides on all of its own dead letters, a platform admin on all of those of no account. */
export function createDeadLetterDecisionRoutes({ database }: DeadLetterDecisionRouteParts): Route[] {
  const records = createDeadLetterDecisionRecords({ database });
  const views = createDeadLetterDecisionViews(database.read);

  async function request(
    accountId: string | null,
    principalId: string,
    decision: DeadLetterDecision,
    { consumer_id: consumerId, event_type: eventType }: Static<typeof decisionRequest>,
  ) {
    const asked = { decision, consumer_id: consumerId ?? null, event_type: eventType ?? null };
    const decisionId = await records.request(accountId, principalId, asked);
    const headers = { Location: `${pathOf(accountId)}/decisions/${decisionId}` };
    return { status: 202 as const, body: { decision_id: decisionId }, headers };
  }
  async function show(accountId: string | null, decisionId: string) {
    const found = await views.find(accountId, decisionId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    const { done, total, ...row } = found;
    return { status: 200 as const, body: { ...row, progress: { done, total, unit: 'dead letters' as const } } };
  }

  const shared = { tag: 'Dead-letters' } as const;
  return [
    ...deadLetterDecisions.flatMap((decision) => {
      const asked = {
        ...shared,
        method: 'post',
        summary: saying[decision].summary,
        description: `${saying[decision].description} ${others}`,
        audit: { action: `dead-letter.${decision}-all`, subject: 'decision' },
        body: decisionRequest,
        responses: { 202: requestedDecision },
        errors: ['DEAD_LETTER_DECISION_RUNNING'],
      } as const;
      return [
        route({
          ...asked,
          path: `/v1/accounts/:account_id/dead-letters/${decision}`,
          access: member('OWNER', 'ADMIN'),
        }).handledBy(({ accountId, caller, body }) => request(accountId, caller.principalId, decision, body)),
        route({
          ...asked,
          path: `/v1/internal/dead-letters/${decision}`,
          access: platformAdmin(),
        }).handledBy(({ caller, body }) => request(null, caller.principalId, decision, body)),
      ];
    }),

    route({
      ...shared,
      method: 'get',
      path: '/v1/accounts/:account_id/dead-letters/decisions/:decision_id',
      summary: 'How far a decision on all dead letters has come',
      access: member(),
      responses: { 200: deadLetterDecision },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(({ accountId, params }) => show(accountId, params.decision_id)),
    route({
      ...shared,
      method: 'get',
      path: '/v1/internal/dead-letters/decisions/:decision_id',
      summary: 'How far a decision on all dead letters of no account has come',
      access: platformAdmin(),
      responses: { 200: deadLetterDecision },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(({ params }) => show(null, params.decision_id)),
  ];
}

const pathOf = (accountId: string | null): string =>
  accountId === null ? '/v1/internal/dead-letters' : `/v1/accounts/${accountId}/dead-letters`;
