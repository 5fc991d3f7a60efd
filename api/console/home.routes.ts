import { Type } from 'typebox';
import { ownPage, pageFile } from './page-file.js';
import { developmentOnly, route, type Route } from '../route/route.js';
import { closedObject } from '../route/schema.js';
import { pagePolicy } from '../pipeline/security-headers.js';

/** Contents of the home page, for developers. */
export interface Home {
  version: string;
  /** Addresses other than HTTP are shown as text. */
  links: readonly { name: string; href: string }[];
  logins: readonly { role: string; email: string; password: string }[];
  commands: readonly { title: string; text: string }[];
}
interface HomeParts {
  home: Home;
  /** Counts of the whole system, by name. */
  figures(): Promise<Record<string, number>>;
}

const text = Type.String();
const home = closedObject({
  version: text,
  links: Type.Array(closedObject({ name: text, href: text })),
  logins: Type.Array(closedObject({ role: text, email: text, password: text })),
  commands: Type.Array(closedObject({ title: text, text })),
});
const figures = Type.Record(text, Type.Integer({ minimum: 0 }));

const tag = 'Development';
const part = (name: string, path: string, summary: string, headers = {}) =>
  pageFile({ path, file: ownPage(name), summary, tag, access: developmentOnly(), headers });
const limit = { exempt: 'it is for whoever sits at this machine' };

/**
 * The home page and the mailbox page, with the data and files of both; all else the pages do as
 * clients of the API.
 */
export function createHomeRoutes({ home: content, figures: count }: HomeParts): Route[] {
  const readHome = route({
    method: 'get',
    path: '/ui/home.json',
    operationId: 'getHome',
    summary: 'What the page at / is made of',
    tag,
    access: developmentOnly(),
    limit,
    responses: { 200: home },
  }).handledBy(async () => ({
    status: 200,
    body: {
      version: content.version,
      links: [...content.links],
      logins: [...content.logins],
      commands: [...content.commands],
    },
  }));

  const readFigures = route({
    method: 'get',
    path: '/ui/figures.json',
    operationId: 'getFigures',
    summary: 'How much there is of what in the whole system',
    description:
      'As PostgreSQL estimates it from what it has written; close to exact, and for free.',
    tag,
    access: developmentOnly(),
    limit,
    responses: { 200: figures },
  }).handledBy(async () => ({ status: 200, body: await count() }));

  return [
    part('home.html', '/', 'Where everything is, demo logins, and what happens now', pagePolicy),
    part('mailbox.html', '/ui/mailbox', 'What mail and SMS went out, to look at', pagePolicy),
    ...['page.css', 'element.js', 'home.js', 'mailbox.js'].map((name) =>
      part(name, `/ui/${name}`, `A part of the pages: ${name}`),
    ),
    readHome,
    readFigures,
  ];
}
