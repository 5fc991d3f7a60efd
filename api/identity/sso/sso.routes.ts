import type { AuditedRequest } from '../../../db/audit/audit.js';
import type { MfaChallengeRecords } from '../../../db/identity/mfa/mfa-challenge.records.js';
import type { IdentityRecords } from '../../../db/identity/sso/identity.records.js';
import type { SsoArrival, SsoFlowRecords } from '../../../db/identity/sso/sso-flow.records.js';
import type { SessionRecords } from '../../../db/identity/session/session.records.js';
import { refusalOfProvider } from '../../../workflows/identity/sso.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { AccessTokens } from '../../authentication/access-tokens.js';
import { createSessionAnswers } from '../../authentication/session-answers.js';
import type { SsoFlow, SsoFlows } from '../../authentication/sso-flows.js';
import { assertPage, type SsoParties, type SsoParty } from '../../authentication/sso-parties.js';
import { normalEmail } from '../../route/identifier.js';
import { anyone, route, type Route } from '../../route/route.js';
import { tokens as tokensSchema } from '../session/session.schemas.js';
import {
  answerOfProvider,
  exchange,
  ofProvider,
  providers as providersSchema,
  toPage,
} from './sso.schemas.js';

interface SsoParts {
  parties: SsoParties;
  flows: SsoFlows;
  arrivals: SsoFlowRecords;
  identities: IdentityRecords;
  sessions: SessionRecords;
  tokens: AccessTokens;
  challenges: Pick<MfaChallengeRecords, 'demand'>;
  hasSecondFactor: (userId: string) => Promise<boolean>;
}

export const createSsoRoutes = (parts: SsoParts): Route[] => [
  listProviders(parts),
  beginSignIn(parts),
  finishSignIn(parts),
  exchangeCode(parts),
];

const listProviders = ({ parties }: SsoParts): Route =>
  route({
    method: 'get',
    path: '/v1/auth/sso',
    operationId: 'listSsoProviders',
    summary: 'The providers that people sign in at',
    tag: 'Identity',
    access: anyone(),
    responses: { 200: providersSchema },
  }).handledBy(async () => ({
    status: 200,
    body: { items: parties.list.map(({ id, name }) => ({ id, name })) },
  }));

const beginSignIn = ({ parties, flows }: SsoParts): Route =>
  route({
    method: 'get',
    path: '/v1/auth/sso/:provider/login',
    operationId: 'beginSsoSignIn',
    summary: 'Go to a provider and sign in there',
    description:
      'Sends the browser to the provider, with a cookie by which the browser is known when it comes back.',
    tag: 'Identity',
    access: anyone(),
    params: ofProvider,
    query: toPage,
    responses: { 302: null },
    errors: ['SSO_PROVIDER_UNAVAILABLE'],
  }).handledBy(async ({ params, query, header }) => {
    const { client, ...party } = parties.byId(params.provider);
    assertPage(party, query.redirect_uri);
    const plan = { provider: party.id, redirectUri: query.redirect_uri };
    const { headers, ...flow } = flows.begin({ header }, plan);
    return { status: 302, headers: { ...headers, Location: await client.authorizeUrl(flow) } };
  });

const finishSignIn = (parts: SsoParts): Route =>
  route({
    method: 'get',
    path: '/v1/auth/sso/:provider/callback',
    operationId: 'finishSsoSignIn',
    summary: 'Come back from a provider',
    description:
      'Where the provider sends the browser. Answers with the tokens, or sends the browser on to the page that the sign-in ' +
      'was begun for, with a code in the fragment of the address.',
    tag: 'Identity',
    access: anyone(),
    params: ofProvider,
    query: answerOfProvider,
    responses: { 200: tokensSchema, 302: null },
    errors: [
      'SSO_STATE_MISMATCH',
      'SSO_DENIED',
      'SSO_TOKEN_INVALID',
      'SSO_PROVIDER_UNAVAILABLE',
      'SSO_EMAIL_NOT_VERIFIED',
      'SSO_LINK_REQUIRED',
      'INVALID_CREDENTIALS',
      'ACCOUNT_LOCKED',
      'ACCOUNT_DISABLED',
      'MFA_REQUIRED',
      'CONFLICT',
    ],
  }).handledBy(async ({ params, query, header, clientIp, requestId }) => {
    const party = parts.parties.byId(params.provider);
    const { state = '', error } = query;
    const flow = parts.flows.resume({ header }, state, party.id);
    // Before the provider is asked: an answer counts once, even after a failure.
    if (!flow || !(await parts.arrivals.comeBack(flow.flowId, party.id)))
      throw failure('SSO_STATE_MISMATCH');
    if (error !== undefined) throw failure(refusalOfProvider(error));
    const request = { ip: clientIp, requestId };
    const audited = { ...request, action: 'session.open', subjectType: 'session', route: callback };
    const arrival = await arrive(parts, { party, flow, answer: query, audited });
    if (flow.redirectUri === undefined)
      return { status: 200, body: await tokensOf(parts, arrival, audited) };
    const code = await parts.arrivals.issueCode(flow.flowId, arrival);
    return { status: 302, headers: { Location: `${flow.redirectUri}#code=${code}` } };
  });

const callback = 'GET /v1/auth/sso/:provider/callback';

const exchangeCode = (parts: SsoParts): Route =>
  route({
    method: 'post',
    path: '/v1/auth/sso/exchange',
    operationId: 'exchangeSsoCode',
    summary: 'Exchange the code of a sign-in for tokens',
    description: 'The code is good once, for a minute.',
    tag: 'Identity',
    access: anyone(),
    audit: { action: 'session.open', subject: 'session' },
    body: exchange,
    responses: { 200: tokensSchema },
    errors: [
      'SSO_TOKEN_INVALID',
      'INVALID_CREDENTIALS',
      'ACCOUNT_LOCKED',
      'ACCOUNT_DISABLED',
      'MFA_REQUIRED',
    ],
  }).handledBy(async ({ body, audited }) => {
    const arrival = await parts.arrivals.redeem(body.code);
    return { status: 200, body: await tokensOf(parts, arrival, audited) };
  });

interface Return {
  party: SsoParty;
  flow: SsoFlow;
  answer: { code?: string; iss?: string };
  audited: AuditedRequest;
}

/** The user of a provider's answer, checked. */
async function arrive(
  { identities }: SsoParts,
  { party, flow, answer: { code, iss }, audited }: Return,
): Promise<SsoArrival> {
  if (code === undefined) throw failure('SSO_TOKEN_INVALID');
  const { subject, email, isEmailVerified } = await party.client.person({ ...flow, code, iss });
  const person = {
    provider: party.id,
    issuer: party.issuer,
    subject,
    email: typeof email === 'string' ? normalEmail(email) : undefined,
    isEmailVerified,
  };
  const userId = flow.holder
    ? await identities.link(person, flow.holder, audited)
    : await identities.arrive(person, party.trustedDomains, audited);
  return { userId, hasMfa: party.trustsMfa };
}

/** The provider's sign-in opens a session by itself only with a second factor, or without need. */
async function tokensOf(
  { sessions, tokens, challenges, hasSecondFactor }: SsoParts,
  { userId, hasMfa }: SsoArrival,
  audited: AuditedRequest,
) {
  if (!hasMfa && (await hasSecondFactor(userId)))
    await challenges.demand({ userId, amr: [federated], channel: null });
  const amr = hasMfa ? [federated, 'mfa'] : [federated];
  return createSessionAnswers(tokens)(await sessions.open(userId, audited, amr));
}

/** How a session began (RFC 8176 has no word for a provider's sign-in). */
const federated = 'fed';
