import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config.js';
import { keyPurposes } from '../../processes/key-purposes.js';
import { ConfigError } from '../../processes/startup-failure.js';
import { variablesOf } from '../../workers/dev/process-variables.js';
import { createActorSignatures } from '../../workers/signing/actor-signature.js';
import { createStartSignatures, startedTypes } from '../../workers/signing/start-signature.js';
import {
  formatKeys,
  keysOfHolders,
  withKeysOf,
  type KeyHolder,
} from '../../workers/process/process-keys.js';
import { deviceWorkflowType } from '../../workflows/devices/device.contract.js';
import { entriesOf, reachableFrom } from '../support/processes/process-sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secretKey = 'a secret of the tests that is long enough to be one';
const whole = loadConfig({ SECRET_KEY: secretKey });
const holders = Object.keys(keysOfHolders) as KeyHolder[];
const entries: Record<KeyHolder, readonly string[]> = {
  api: entriesOf('api'),
  workers: entriesOf('workers'),
  relay: entriesOf('relay'),
  gateway: entriesOf('gateway'),
  forwarder: entriesOf('forwarder'),
  migrate: ['workers/migrate.ts', 'workers/seed.ts'],
  verifier: ['workers/audit-verify.ts'],
};

/** Keys for a client of Temporal: every process with a client has the code, not the keys. */
const isOfClients = (purpose: string): boolean =>
  purpose.startsWith('starts of ') || purpose === 'actors of updates';

describe('the keys of a process', () => {
  it.each(holders)('are those that the code of %s asks for', (holder) => {
    const named = keysOfHolders[holder].filter((purpose) => !isOfClients(purpose));
    expect(
      [...askedFor(entries[holder])].filter((purpose) => !isOfClients(purpose)).sort(),
    ).toEqual(named);
  });

  it('sign who acts by an update at the API, which knows, and at the workers, who look', () => {
    const update = { name: 'an update', args: [{ principalId: 'a principal' }] };
    const signers = holders.filter((holder) => {
      try {
        return createActorSignatures(withKeysOf(whole, [holder])).sign('an id', update) !== '';
      } catch (error) {
        if (error instanceof ConfigError) return false;
        throw error;
      }
    });
    expect(signers).toEqual(['api', 'workers']);
  });

  it('are asked for by name, and each is of somebody', () => {
    const sources = reachableFrom(Object.values(entries).flat());
    for (const source of sources) {
      if (source.endsWith('process-keys.ts') || source.endsWith('config.ts')) continue;
      const calls = readFileSync(source, 'utf8').match(/deriveKey\((?!'|`starts of )/g) ?? [];
      expect({ source, calls }).toEqual({ source, calls: [] });
    }
    const held = new Set(holders.flatMap((holder): readonly string[] => keysOfHolders[holder]));
    const named = [...keyPurposes, ...startedTypes.map((type) => `starts of ${type}`)];
    expect([...held].sort()).toEqual(named.sort());
  });

  it('sign the starts of every kind of workflow, at the gateway and the forwarder those of devices only', () => {
    const start = (type: string) => ({ type, id: 'an id', accounts: [] });
    const signsAs = (holder: KeyHolder) => {
      const { sign } = createStartSignatures(withKeysOf(whole, [holder]));
      return startedTypes.filter((type) => {
        try {
          return sign(start(type)) !== '';
        } catch (error) {
          if (error instanceof ConfigError) return false;
          throw error;
        }
      });
    };
    for (const holder of ['api', 'workers', 'relay'] as const)
      expect(signsAs(holder)).toEqual([...startedTypes]);
    for (const holder of ['gateway', 'forwarder'] as const)
      expect(signsAs(holder)).toEqual([deviceWorkflowType]);
  });

  it('are the same by whatever way they come', () => {
    for (const holder of holders) {
      const handed = withKeysOf(
        loadConfig({ NODE_ENV: 'production', KEYS: formatKeys(whole, [holder]) }),
        [holder],
      );
      for (const purpose of keysOfHolders[holder])
        expect(handed.deriveKey(purpose)).toBe(whole.deriveKey(purpose));
      expect(Object.keys(handed)).not.toContain('KEYS');
    }
  });

  it('are all that it may use, also where it was handed SECRET_KEY', () => {
    const gateway = withKeysOf(whole, ['gateway']);
    expect(gateway.SECRET_KEY).toBeUndefined();
    expect(() => gateway.deriveKey('kept answers')).toThrow(
      'gateway may not use the key for kept answers',
    );
  });

  it('are missed at the start, by name and in one message', () => {
    const config = loadConfig({ KEYS: formatKeys(whole, ['migrate']) });
    expect(() => withKeysOf(config, ['gateway'])).toThrow(ConfigError);
    expect(() => withKeysOf(config, ['gateway'])).toThrow(
      /events to the gateway.*npm run keys -- gateway/s,
    );
    expect(() => withKeysOf(loadConfig({}), ['gateway'])).toThrow(
      'SECRET_KEY: is required, or KEYS in its place',
    );
  });

  it.each(['cursors=00', 'cursor=' + 'a'.repeat(64), secretKey, `cursors=${'a'.repeat(64)};`])(
    'are no %s',
    (wrong) => expect(() => loadConfig({ KEYS: wrong })).toThrow('KEYS: '),
  );

  it('are given in place of SECRET_KEY, not beside it', () => {
    const both = { SECRET_KEY: secretKey, KEYS: formatKeys(whole, ['gateway']) };
    expect(() => loadConfig(both)).toThrow('KEYS: is given in place of SECRET_KEY');
  });
});

describe('what npm start hands on', () => {
  const secrets = {
    SECRET_KEY: secretKey,
    DATABASE_ADMIN_URL: 'postgresql://admin@x/y',
    BOOTSTRAP_SECRET: 'bootstrap secret',
    DATABASE_MIGRATION_URL: 'postgresql://owner@x/y',
    SMTP_URL: 'smtp://u:p@x',
    SMS_AUTH_TOKEN: 'token of sms',
  };
  const given = {
    ...secrets,
    PATH: '/bin',
    PORT: '1',
    AWS_SECRET_ACCESS_KEY: 'of the user',
    SECRET_KEY_FILE: '/x',
  };
  const config = loadConfig(secrets);

  it('is to the gateway what it uses, and nothing of the surroundings', () => {
    expect(variablesOf('gateway', config, given)).toEqual({
      PATH: '/bin',
      PORT: '1',
      KEYS: formatKeys(whole, ['gateway']),
    });
  });

  it('is to the app neither SECRET_KEY nor who makes and migrates', () => {
    const handed = variablesOf('app', config, given);
    expect(Object.keys(handed).sort()).toEqual(
      [
        'AWS_SECRET_ACCESS_KEY',
        'BOOTSTRAP_SECRET',
        'KEYS',
        'PATH',
        'PORT',
        'SMS_AUTH_TOKEN',
        'SMTP_URL',
      ].sort(),
    );
    expect(JSON.stringify(handed)).not.toContain(secretKey);
  });
});

describe('make-secrets.sh', () => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const services: KeyHolder[] = ['migrate', 'api', 'workers', 'relay', 'gateway', 'forwarder'];

  it('makes the keys of each service, as the product derives them, and lets no container read SECRET_KEY', () => {
    const make = () => execFileSync('sh', ['infra/compose/make-secrets.sh', dir], { cwd: root });
    make();
    const config = loadConfig({ SECRET_KEY_FILE: join(dir, 'secret_key') });
    const made = () =>
      services.map((name) =>
        readFileSync(join(dir, `${name}_keys`), 'utf8')
          .trim()
          .split('\n')
          .sort(),
      );
    expect(made()).toEqual(
      services.map((name) => formatKeys(config, [name], '\n').split('\n').sort()),
    );
    expect(statSync(join(dir, 'secret_key')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const before = made();
    make();
    expect(made()).toEqual(before);
  });
});

/** The purposes named in the files, and in all imports of the files. */
const askedFor = (files: readonly string[]): Set<string> =>
  new Set(
    reachableFrom(files).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/deriveKey\('([^']+)'\)/g)].map(
        ([, purpose = '']) => purpose,
      ),
    ),
  );
