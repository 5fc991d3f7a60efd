import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createOpenApi } from './openapi.js';
import { anyone, media, route, type Route } from './route.js';
import { pagePolicy } from './security-headers.js';

export interface DocsParts {
  /** Asked when the document is first wanted: by then every route is there, these among them. */
  allRoutes: () => readonly Route[];
  version: string;
  publicUrl: string;
  /** Whether /docs is there; /openapi.json always is. */
  hasPage: boolean;
}

export function createDocsRoutes({ allRoutes, version, publicUrl, hasPage }: DocsParts): Route[] {
  let document: string | undefined;
  const openApi = route({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    tag: 'Documentation',
    access: anyone(),
    limit: { exempt: 'it is the same for everybody, and kept in memory' },
    responses: { 200: media('application/json; charset=utf-8') },
  }).handledBy(async () => {
    document ??= JSON.stringify(createOpenApi(allRoutes(), { version, url: publicUrl }));
    return { status: 200, body: document };
  });
  return hasPage ? [openApi, page, initializer, ...assets] : [openApi];
}

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Millrace API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/initializer.js"></script>
  </body>
</html>
`;
const script = `window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n`;

const page = route({
  method: 'get',
  path: '/docs',
  summary: 'The API, to browse and try',
  tag: 'Documentation',
  access: anyone(),
  limit: { exempt: 'it is the same for everybody, and kept in memory' },
  responses: { 200: media('text/html; charset=utf-8') },
}).handledBy(async () => ({ status: 200, body: html, headers: pagePolicy }));

const initializer = route({
  method: 'get',
  path: '/docs/initializer.js',
  summary: 'Starts the page',
  tag: 'Documentation',
  access: anyone(),
  limit: { exempt: 'it is the same for everybody, and kept in memory' },
  responses: { 200: media('text/javascript; charset=utf-8') },
}).handledBy(async () => ({ status: 200, body: script }));

/** Only these files of the package leave it, and nothing is fetched from elsewhere. */
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const asset = (name: string, mediaType: string) =>
  route({
    method: 'get',
    path: `/docs/${name}`,
    summary: `A part of the page: ${name}`,
    tag: 'Documentation',
    access: anyone(),
    limit: { exempt: 'it is the same for everybody, and kept in memory' },
    responses: { 200: media(mediaType) },
  }).handledBy(async () => ({
    status: 200,
    body: await readFile(join(folder, name)),
    headers: { 'Cache-Control': 'public, max-age=3600' },
  }));
const assets = [
  asset('swagger-ui.css', 'text/css; charset=utf-8'),
  asset('swagger-ui-bundle.js', 'text/javascript; charset=utf-8'),
  asset('favicon-32x32.png', 'image/png'),
];
