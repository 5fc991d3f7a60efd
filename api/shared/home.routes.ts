import { Type } from 'typebox';
import { ownPage, pageFile } from './page-file.js';
import { developmentOnly, route, type Route } from './route.js';
import { object } from './schema.js';
import { pagePolicy } from './security-headers.js';

/** What a developer wants to have at hand. */
export interface Home {
  version: string;
  /** What is not HTTP is shown as text. */
  links: readonly { name: string; href: string }[];
  logins: readonly { role: string; email: string; password: string }[];
  commands: readonly { title: string; text: string }[];
}
export interface HomeParts {
  home: Home;
  /** How much there is of what, in the whole system. */
  figures(): Promise<Record<string, number>>;
}

const text = Type.String();
const home = object({
  version: text,
  links: Type.Array(object({ name: text, href: text })),
  logins: Type.Array(object({ role: text, email: text, password: text })),
  commands: Type.Array(object({ title: text, text })),
});
const figures = Type.Record(text, Type.Integer({ minimum: 0 }));

const tag = 'Development';
const part = (name: string, path: string, summary: string, headers = {}) =>
  pageFile({ path, file: ownPage(name), summary, tag, access: developmentOnly(), headers });
const limit = { exempt: 'it is for whoever sits at this machine' };

/** The page at / and that of the mailbox, with what they ask for; the rest they do as clients of the API. */
export const createHomeRoutes = ({ home: content, figures: count }: HomeParts): Route[] => [
  part('home.html', '/', 'Where everything is, demo logins, and what happens now', pagePolicy),
  part('mailbox.html', '/ui/mailbox', 'What mail and SMS went out, to look at', pagePolicy),
  ...['page.css', 'element.js', 'home.js', 'mailbox.js'].map((name) =>
    part(name, `/ui/${name}`, `A part of the pages: ${name}`),
  ),
  route({
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
  })),
  route({
    method: 'get',
    path: '/ui/figures.json',
    operationId: 'getFigures',
    summary: 'How much there is of what in the whole system',
    description: 'As PostgreSQL estimates it from what it has written; close to exact, and for free.',
    tag,
    access: developmentOnly(),
    limit,
    responses: { 200: figures },
  }).handledBy(async () => ({ status: 200, body: await count() })),
];
