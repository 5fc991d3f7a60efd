import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment, loadConfig, required, secretVariables } from '../../config.js';
import { ConfigError } from '../../processes/startup-failure.js';

const secretKey = 'k'.repeat(43);
const example = new URL('../../.env.example', import.meta.url);

interface Described {
  description?: string;
  default?: string | number | boolean;
  enum?: readonly string[];
}

describe('.env.example', () => {
  it('says of every variable what config.ts says, in its order, and of no other', async () => {
    const stated = [...(await readFile(example, 'utf8')).matchAll(/^# (.+)\n#(\w+)=(.*)$/gm)].map(
      ([, comment, name, value]) => ({
        name,
        comment,
        value: value?.replaceAll('"', ''),
      }),
    );
    const schemas = environment.properties as unknown as Record<string, Described>;
    const known = Object.entries(schemas).map(
      ([name, { description, enum: choices, default: value = '' }]) => ({
        name,
        comment: `${description}${choices ? ` (${choices.join(', ')})` : ''}`,
        value: String(value),
      }),
    );
    expect(stated).toEqual(known);
  });

  it('sets nothing: each of its lines is a comment', async () => {
    const lines = (await readFile(example, 'utf8')).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('the configuration', () => {
  it('needs no variable, and has every default', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      PORT: 3000,
      NODE_ENV: 'development',
      SEED_DEMO: true,
      isProduction: false,
    });
    expect(config.publicUrl).toBe('http://127.0.0.1:3000');
    expect([...config.roles]).toEqual(['api', 'workers', 'relay']);
  });

  it('takes an empty variable for one that is not there', () => {
    expect(loadConfig({ PORT: '', SMTP_URL: '' })).toEqual(expect.objectContaining({ PORT: 3000 }));
  });

  it('reads numbers and flags, and ignores what is not ours', () => {
    const config = loadConfig({
      PORT: '8080',
      SEED_DEMO: 'false',
      TRUST_PROXY: 'true',
      EDITOR: 'vi',
    });
    expect(config).toMatchObject({ PORT: 8080, SEED_DEMO: false, TRUST_PROXY: true });
    expect(config).not.toHaveProperty('EDITOR');
  });

  it('names every fault at once', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      PORT: '70000',
      ROLES: 'api,cook',
      DATABASE_URL: 'not a url',
      ORDER_ACCEPT_MS: 'soon',
    });
    for (const name of ['SECRET_KEY', 'PORT', 'ROLES', 'DATABASE_URL', 'ORDER_ACCEPT_MS']) {
      expect(faults).toMatch(new RegExp(`^  ${name}: `, 'm'));
    }
  });

  it.each([
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['PORT', '80.5'],
    ['PORT', '-1'],
    ['DATABASE_POOL_MAX', '0'],
    ['ROLES', 'api,,relay'],
    ['SEED_DEMO', 'maybe'],
    ['SECRET_KEY', 'short'],
    ['DEFAULT_PLAN', 'gold'],
    ['ORDER_VOLUME_TOLERANCE_PCT', '101'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toContain(`  ${name}: `);
  });

  it('tells no value of a secret in its faults', () => {
    expect(faultsOf({ DATABASE_URL: 'hunter2', SECRET_KEY: 'swordfish' })).not.toMatch(
      /hunter2|swordfish/,
    );
  });

  it('needs SECRET_KEY in production, and has no default for it', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toContain('SECRET_KEY: is required in production');
    expect(loadConfig({ NODE_ENV: 'production', SECRET_KEY: secretKey }).isProduction).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.1.20', 'dev.example.com'])(
    'listens on %s in production alone',
    (HOST) => {
      for (const faults of [faultsOf({ HOST }), faultsOf({ HOST, NODE_ENV: 'test' })])
        expect(faults).toMatch(/^ {2}HOST: .*set NODE_ENV=production, or HOST=127\.0\.0\.1/m);
      expect(loadConfig({ HOST, NODE_ENV: 'production', SECRET_KEY: secretKey }).HOST).toBe(HOST);
    },
  );
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
    'listens on %s in development',
    (HOST) => {
      expect(new URL(loadConfig({ HOST }).publicUrl).port).toBe('3000');
    },
  );

  it('lets webhooks go to private addresses, but not in production', () => {
    expect(loadConfig({}).WEBHOOK_ALLOW_PRIVATE).toBe(false);
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: 'true' }).WEBHOOK_ALLOW_PRIVATE).toBe(true);
    expect(
      faultsOf({ NODE_ENV: 'production', SECRET_KEY: secretKey, WEBHOOK_ALLOW_PRIVATE: 'true' }),
    ).toContain('  WEBHOOK_ALLOW_PRIVATE: ');
  });

  it('derives another key for each purpose, and the same one each time', () => {
    const { deriveKey } = loadConfig({ SECRET_KEY: secretKey });
    expect(deriveKey('cursors')).toMatch(/^[0-9a-f]{64}$/);
    expect(deriveKey('cursors')).toBe(loadConfig({ SECRET_KEY: secretKey }).deriveKey('cursors'));
    expect(deriveKey('cursors')).not.toBe(deriveKey('rate limits'));
    expect(() => loadConfig({}).deriveKey('cursors')).toThrow(ConfigError);
  });

  it('says which variable a process misses', () => {
    expect(() => required(loadConfig({}), 'DATABASE_URL')).toThrow(
      'DATABASE_URL: is required for this process',
    );
    expect(required(loadConfig({ TEMPORAL_ADDRESS: 'here:7233' }), 'TEMPORAL_ADDRESS')).toBe(
      'here:7233',
    );
  });
});

describe('a secret in a file', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-config-'));
    await writeFile(join(dir, 'secret'), `${secretKey}\n`);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('is read from the path in NAME_FILE, without its last line break', () => {
    expect(loadConfig({ SECRET_KEY_FILE: join(dir, 'secret') }).SECRET_KEY).toBe(secretKey);
  });

  it('is one fault among the others when the file is not there', () => {
    const faults = faultsOf({ SECRET_KEY_FILE: join(dir, 'nowhere'), PORT: 'x' });
    expect(faults).toMatch(/^ {2}SECRET_KEY_FILE: .*nowhere/m);
    expect(faults).toContain('  PORT: ');
  });

  it('works for secrets only, each of which is a variable', () => {
    expect(loadConfig({ PORT_FILE: join(dir, 'secret') }).PORT).toBe(3000);
    expect(Object.keys(environment.properties)).toEqual(
      expect.arrayContaining([...secretVariables]),
    );
  });
});

function faultsOf(variables: Record<string, string>): string {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}
