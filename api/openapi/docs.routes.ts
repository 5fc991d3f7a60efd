import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createOpenApi } from './openapi.js';
import { ownPage, pageFile } from '../console/page-file.js';
import { anyone, media, route, type Route } from '../route/route.js';
import { pagePolicy } from '../pipeline/security-headers.js';

interface DocsParts {
  /**
   * Called at the first request for the document: by then every route exists, the document's own
   * among the others.
   */
  allRoutes: () => readonly Route[];
  version: string;
  publicUrl: string;
  /** Whether /docs is there; /openapi.json always is. */
  hasPage: boolean;
  /** Whether the page offers demo logins, read from the home page. */
  hasDemo: boolean;
}

export function createDocsRoutes({
  allRoutes,
  version,
  publicUrl,
  hasPage,
  hasDemo,
}: DocsParts): Route[] {
  let document: string | undefined;
  const openApi = route({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tag,
    access: anyone(),
    limit: { exempt: 'it is the same for everybody, and kept in memory' },
    responses: { 200: media('application/json; charset=utf-8') },
  }).handledBy(async () => {
    document ??= JSON.stringify(createOpenApi(allRoutes(), { version, url: publicUrl }));
    return { status: 200, body: document };
  });
  const page = pageFile({
    path: '/docs',
    file: ownPage('docs.html'),
    summary: 'The API, to browse and try',
    tag,
    access: anyone(),
    headers: pagePolicy,
    change: (html) => (hasDemo ? html.replace('data-demo="no"', 'data-demo="yes"') : html),
  });
  return hasPage ? [openApi, page, ...parts] : [openApi];
}

const tag = 'Documentation';
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const part = (name: string, file: string | URL, headers = {}) =>
  pageFile({
    path: `/docs/${name}`,
    file,
    summary: `A part of the page: ${name}`,
    tag,
    access: anyone(),
    headers,
  });
const cachedAnHour = { 'Cache-Control': 'public, max-age=3600' };
/** Only the listed files leave the folders, and nothing is fetched from elsewhere. */
const parts = [
  part('docs.js', ownPage('docs.js')),
  part('docs.css', ownPage('docs.css')),
  ...['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].map((name) =>
    part(name, join(folder, name), cachedAnHour),
  ),
];
