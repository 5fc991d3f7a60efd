import type { IdentityRecords } from '../../../db/identity/sso/identity.records.js';
import type { SsoFlows } from '../../authentication/sso-flows.js';
import { assertPage, type SsoParties } from '../../authentication/sso-parties.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { authorization, ofProvider, toPage } from './sso.schemas.js';

interface LinkParts {
  parties: SsoParties;
  flows: SsoFlows;
  identities: IdentityRecords;
}

/** Links by hand: of persons whose addresses a provider may not vouch for. */
export function createIdentityLinkRoutes({ parties, flows, identities }: LinkParts): Route[] {
  const linkProvider = route({
    method: 'post',
    path: '/v1/me/identities/:provider',
    operationId: 'linkIdentity',
    summary: 'Link a provider to sign in at',
    description:
      'Answers the address to send this browser to; whoever signs in there is linked to you, and signs in here from then on.',
    tag: 'Identity',
    access: signedIn(),
    audit: { exempt: 'nothing is linked before the provider has answered' },
    params: ofProvider,
    body: toPage,
    responses: { 200: authorization },
    errors: ['SSO_PROVIDER_UNAVAILABLE'],
  }).handledBy(async ({ params, body, caller, header }) => {
    const { client, ...party } = parties.byId(params.provider);
    assertPage(party, body.redirect_uri);
    const { userId, sessionId } = caller;
    const holder = { userId, sessionId };
    const plan = { provider: party.id, redirectUri: body.redirect_uri, holder };
    const { headers, ...flow } = flows.begin({ header }, plan);
    const url = await client.authorizeUrl(flow);
    return { status: 200, headers, body: { authorize_url: url } };
  });

  const unlinkProvider = route({
    method: 'delete',
    path: '/v1/me/identities/:provider',
    operationId: 'unlinkIdentity',
    summary: 'Unlink a provider',
    description: 'Nobody signs in as you by the provider any more; your sessions go on.',
    tag: 'Identity',
    access: signedIn(),
    audit: { action: 'identity.unlink', subject: 'identity' },
    params: ofProvider,
    responses: { 204: null },
  }).handledBy(async ({ params, caller, audited }) => {
    await identities.unlink(caller.userId, params.provider, audited);
    return { status: 204 };
  });

  return [linkProvider, unlinkProvider];
}
