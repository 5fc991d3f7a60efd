import type { Static } from 'typebox';
import { deadLetterDecisionRecords } from '../../db/platform/webhook/dead-letter-decision.records.js';
import { deadLetterDecisionViews } from '../../db/platform/webhook/dead-letter-decision.views.js';
import {
  platformAccountId,
  type ReadScope,
  type WriteScope,
} from '../../db/connection/database.js';
import {
  deadLetterDecisions,
  type DeadLetterDecision,
} from '../../workflows/platform/dead-letter.contract.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, platformAdmin, platformStaff, route, type Route } from '../route/route.js';
import {
  deadLetterDecision,
  decisionRequest,
  requestedDecision,
} from './dead-letter-decision.schemas.js';

const tag = 'Dead-letters';
const saying: Record<DeadLetterDecision, { summary: string; description: string }> = {
  redrive: {
    summary: 'Deliver all dead letters again',
    description: 'Each in its place, also those that were released.',
  },
  skip: {
    summary: 'Leave all dead letters out for good',
    description: 'Also those that were released.',
  },
  release: {
    summary: 'Let what waits behind dead letters go on',
    description: 'They are kept, to be delivered later or left out.',
  },
};
const others =
  'Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the ' +
  'answer names that; while anything else is, it is refused.';

/**
 * An account decides on all of the account's dead letters, a platform admin on all dead letters
 * without an account.
 */
export function createDeadLetterDecisionRoutes(): Route[] {
  const contractOf = (decision: DeadLetterDecision) =>
    ({
      method: 'post',
      summary: saying[decision].summary,
      description: `${saying[decision].description} ${others}`,
      tag,
      audit: { action: `dead-letter.${decision}-all`, subject: 'decision' },
      body: decisionRequest,
      responses: { 202: requestedDecision },
      errors: ['DEAD_LETTER_DECISION_RUNNING'],
    }) as const;

  const decideOnAll = (decision: DeadLetterDecision) =>
    route({
      ...contractOf(decision),
      path: `/v1/accounts/:account_id/dead-letters/${decision}`,
      access: member(...policy['events.decide']),
      scope: 'events.write',
    }).handledBy(({ scope, body }) => request(scope, decision, body));

  const decideOnAllOfNobody = (decision: DeadLetterDecision) =>
    route({
      ...contractOf(decision),
      path: `/v1/internal/dead-letters/${decision}`,
      access: platformAdmin(),
    }).handledBy(({ scope, body }) => request(scope, decision, body));

  const readDecision = route({
    method: 'get',
    path: '/v1/accounts/:account_id/dead-letters/decisions/:decision_id',
    summary: 'How far a decision on all dead letters has come',
    tag,
    access: member(),
    scope: 'events.read',
    responses: { 200: deadLetterDecision },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(({ scope, params }) => decisionReply(scope, params.decision_id));

  const readDecisionOfNobody = route({
    method: 'get',
    path: '/v1/internal/dead-letters/decisions/:decision_id',
    summary: 'How far a decision on all dead letters of no account has come',
    tag,
    access: platformStaff(),
    responses: { 200: deadLetterDecision },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(({ scope, params }) => decisionReply(scope, params.decision_id));

  return [
    ...deadLetterDecisions.flatMap((decision) => [
      decideOnAll(decision),
      decideOnAllOfNobody(decision),
    ]),
    readDecision,
    readDecisionOfNobody,
  ];
}

async function request(
  scope: WriteScope,
  decision: DeadLetterDecision,
  { consumer_id: consumerId, event_type: eventType }: Static<typeof decisionRequest>,
) {
  const content = { decision, consumer_id: consumerId ?? null, event_type: eventType ?? null };
  const decisionId = await deadLetterDecisionRecords(scope).request(content);
  const headers = { Location: `${pathOf(scope.accountId)}/decisions/${decisionId}` };
  return { status: 202 as const, body: { decision_id: decisionId }, headers };
}

async function decisionReply(scope: ReadScope, decisionId: string) {
  const view = await deadLetterDecisionViews(scope).byId(decisionId);
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  const { done, total, ...row } = view;
  return {
    status: 200 as const,
    body: { ...row, progress: { done, total, unit: 'dead letters' as const } },
  };
}

const pathOf = (accountId: string): string =>
  accountId === platformAccountId
    ? '/v1/internal/dead-letters'
    : `/v1/accounts/${accountId}/dead-letters`;
