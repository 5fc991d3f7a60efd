/** Tells of: home.routes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createHomeRoutes } from '../../api/console/home.routes.js';
import { loadConfig } from '../../config.js';
import { homeOf } from '../../workers/api/home.js';
import { platformAccountId } from '../../db/connection/database.js';
import { domains } from '../../workers/domains.js';
import { figureViews } from '../../db/platform/figure.views.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { aMeasuredReservoir } from '../support/water/reservoir.js';
import { createSampleApi } from './sample.js';

const routes = createHomeRoutes({
  home: homeOf(loadConfig({}), '0.1.0'),
  figures: async () => ({ orders: 7 }),
});
const development = request(createSampleApi({ routes }).callback);
const production = request(createSampleApi({ routes, settings: { isProduction: true } }).callback);
const partsOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => String(path));

describe.each(['/', '/ui/mailbox'])('the page %s', (path) => {
  it('is served whole from here, under a policy that lets only its own scripts run', async () => {
    const { text, headers } = await development
      .get(path)
      .expect(200)
      .expect('Content-Type', /html/);
    expect(headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'self';.*connect-src 'self'/,
    );
    expect(text).not.toMatch(/https?:\/\/|<script>|\son\w+=/);
    const scripts = partsOf(text).filter((part) => /\.(js|css)$/.test(part));
    expect(scripts).toHaveLength(2);
    for (const part of scripts)
      await development
        .get(part)
        .expect(200)
        .expect('Content-Type', /javascript|css/);
  });

  it('is not there in production, nor is anything that it is made of', async () => {
    const { text } = await development.get(path);
    for (const part of [path, ...partsOf(text).filter((each) => each.startsWith('/ui/'))])
      await production.get(part).expect(404);
    for (const part of ['/ui/home.json', '/ui/figures.json', '/ui/element.js'])
      await production.get(part).expect(404);
  });
});

it('the page knows where everything is, who may sign in, and commands to begin with', async () => {
  const { body } = await development.get('/ui/home.json').expect(200);
  expect(body.links).toContainEqual({ name: 'Docs', href: 'http://127.0.0.1:3000/docs' });
  expect(body.links).toContainEqual({ name: 'MQTT', href: 'mqtt://127.0.0.1:1883' });
  expect(body.logins.map(({ role }: { role: string }) => role)).toEqual(
    expect.arrayContaining(['OWNER', 'VIEWER']),
  );
  expect(body.commands[0].text).toContain('api=http://127.0.0.1:3000\n');
  expect((await development.get('/ui/figures.json').expect(200)).body).toEqual({ orders: 7 });
});

it('the page has no logins where none were made', async () => {
  const home = homeOf(loadConfig({ SEED_DEMO: 'false', PORT: '3100' }), '0.1.0');
  expect(home.logins).toEqual([]);
  expect(home.commands).toEqual([
    { title: expect.any(String), text: 'PORT=3100 npm run status -- --env' },
  ]);
});

describe('the figures', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('are of all accounts, and rise with what happens', async () => {
    const { all } = figureViews(
      test.database.reads({ accountId: platformAccountId }),
      domains.flatMap(({ database }) => database.figures),
    );
    expect(Object.keys(await all())).toEqual([
      'accounts',
      'devices',
      'messages',
      'reservoirs',
      'readings',
      'orders',
      'events',
    ]);
    const before = await all();
    for (let n = 0; n < 2; n += 1) await aMeasuredReservoir(test.database);
    await eventually(async () => {
      const { reservoirs = 0, events = 0 } = await all();
      expect(reservoirs).toBe((before['reservoirs'] ?? 0) + 2);
      // In the month's partition: a site and a reservoir were made, twice.
      expect(events).toBe((before['events'] ?? 0) + 4);
    });
  });
});
