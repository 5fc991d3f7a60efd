import { readFile } from 'node:fs/promises';
import type { Access } from '../route/access.js';
import { media, route, type Headers, type Route } from '../route/route.js';

/** A file of a page, as served. */
interface PageFile {
  path: string;
  file: string | URL;
  summary: string;
  tag: string;
  access: Access;
  headers?: Headers;
  /** Changes the file's text before serving. */
  change?: (text: string) => string;
}

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
};

/** A page of our own; a file outside the folder, or not listed by name, is not served. */
export const ownPage = (name: string): URL => new URL(`./pages/${name}`, import.meta.url);

export function pageFile({
  path,
  file,
  summary,
  tag,
  access,
  headers = {},
  change,
}: PageFile): Route {
  const mediaType = mediaTypes[String(file).split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return route({
    method: 'get',
    path,
    summary,
    tag,
    access,
    limit: { exempt: 'it is the same for everybody' },
    responses: { 200: media(mediaType) },
  }).handledBy(async () => {
    const bytes = await readFile(file);
    return { status: 200, body: change ? change(bytes.toString()) : bytes, headers };
  });
}
