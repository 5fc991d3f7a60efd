import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { environment, loadConfig, secretVariables } from '../../config.js';
import { entriesOf, reachableFrom } from '../support/processes/process-sources.js';
import { searchAttributes } from '../../temporal-config/settings.js';

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  healthcheck?: { disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  user?: string;
  cap_drop?: string[];
  security_opt?: string[];
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const textOf = (name: string) => readFileSync(pathOf(name), 'utf8');
const compose = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
/**
 * Made of our image, and of nothing else of ours: the guard stands before the Web UI of Temporal.
 */
const guard = 'temporal-ui-guard';
const ours = services.filter(([name, { build }]) => build !== undefined && name !== guard);
const variables = Object.keys(environment.properties);
/** Variables read by code and given to no service, with the reason. */
const left: Readonly<Record<string, string>> = {
  CRASH_AT: 'refused in production',
  DATA_DIR: 'of npm start; OBJECT_DIR is given in its place',
  FIREBASE_SERVICE_ACCOUNT:
    'a secret that not everybody has: with what belongs to it in an override file',
  FIRESTORE_PROJECT_ID: 'as its service account',
  HOST: 'of who listens, and these listen for METRICS_PORT alone',
  MQTT_PORT: 'of the page at /, which production has not; the gateway is given its own',
  IDP_ALLOW_PRIVATE: 'refused in production',
  METRICS_PORT: 'with its token, in an override file',
  METRICS_TOKEN: 'of who has METRICS_PORT',
  OTEL_EXPORTER_OTLP_HEADERS: 'as FIREBASE_SERVICE_ACCOUNT',
  OPERATIONS_ISSUER: 'as TRUSTED_ISSUERS',
  OPERATIONS_JWKS_URL: 'as TRUSTED_ISSUERS',
  POSTGRES_DIR: 'of another container',
  S3_ACCESS_KEY_ID: 'as its secret',
  S3_SECRET_ACCESS_KEY: 'as FIREBASE_SERVICE_ACCOUNT',
  SEED_DEMO: 'as the page at /',
  SECRET_KEY: 'each has keys of its own in its place',
  SMS_ACCOUNT_SID: 'as its secret',
  SMS_AUTH_TOKEN: 'as FIREBASE_SERVICE_ACCOUNT',
  SMS_FROM: 'as the secret of the provider',
  SMS_GATEWAY_URL: 'as the secret of the provider',
  TEMPORAL_API_KEY: "of somebody else's Temporal",
  TEMPORAL_DIR: 'of another container',
  TEMPORAL_TLS: 'said by the authority that is given',
  TEMPORAL_TLS_SERVER_NAME: "of somebody else's Temporal",
  SSO_PROVIDERS: 'as FIREBASE_SERVICE_ACCOUNT',
  TEMPORAL_UI_URL: 'as the page at /',
  TRUSTED_ISSUERS: 'as FIREBASE_SERVICE_ACCOUNT',
  WEBHOOK_ALLOW_PRIVATE: 'refused in production',
};
/** By the texts of the files imported by a service's program. */
function readBy(service: string): string[] {
  const sources = reachableFrom(entriesOf(service))
    .filter((path) => !/(^|\/)(config|own-system)\.ts$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const names = '([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)';
  const uses = new RegExp(
    `\\.${names}\\b|(?:: |config, )'${names}'|[{,]\\s*${names}(?=:| ?[,}])`,
    'g',
  );
  const found = new Set([...sources.matchAll(uses)].flatMap((groups) => groups.slice(1)));
  return variables.filter((variable) => found.has(variable));
}
/** Compose's reading of `${NAME:-default}` when NAME is not set. */
const withDefaults = (value: string) => value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe.each(ours)(
  'our service %s',
  (name, { environment: given = {}, secrets = [], command = [], user }) => {
    it('is given variables that config.ts knows', () => {
      for (const variable of Object.keys(given)) {
        const known =
          variables.includes(variable) ||
          (variable.endsWith('_FILE') && secretVariables.includes(variable.replace('_FILE', '')));
        expect({ variable, known }).toEqual({ variable, known: true });
      }
    });

    it('is given secrets as files only, each of which is mounted', () => {
      const files = Object.entries(given).filter(([variable]) => variable.endsWith('_FILE'));
      expect(files.map(([, path]) => path.replace('/run/secrets/', '')).sort()).toEqual(
        [...secrets].sort(),
      );
      for (const secret of secretVariables)
        expect(withDefaults(given[secret] ?? '')).not.toMatch(/\/\/[^/]*@/);
    });

    it('is handed its own keys, and neither those of another nor what all are made from', () => {
      expect(secrets.filter((secret) => /_keys?$/.test(secret))).toEqual([`${name}_keys`]);
      expect(given['KEYS_FILE']).toBe(`/run/secrets/${name}_keys`);
    });

    it('has a configuration that loads', () => {
      const plain = Object.entries(given).filter(([variable]) => !variable.endsWith('_FILE'));
      const values = Object.fromEntries(
        plain.map(([variable, value]) => [variable, withDefaults(value)]),
      );
      expect(loadConfig({ ...values, SECRET_KEY: 'k'.repeat(64) }).isProduction).toBe(true);
    });

    it('is given every variable that its code reads, so that what .env says is heard, and no secret beside them', () => {
      const read = readBy(name);
      const isGiven = (variable: string) => variable in given || `${variable}_FILE` in given;
      expect(read.filter((variable) => !isGiven(variable) && !(variable in left))).toEqual([]);
      const files = Object.keys(given).filter(
        (variable) => variable.endsWith('_FILE') && !/^(KEYS|TEMPORAL)_/.test(variable),
      );
      expect(files.filter((variable) => !read.includes(variable.replace('_FILE', '')))).toEqual([]);
    });

    it('runs a program that is built, not as root', () => {
      const programs = [
        ...`${textOf('Dockerfile')} ${command.join(' ')}`.matchAll(/dist\/(workers\/[\w.]+)\.js/g),
      ];
      for (const [, program] of programs)
        expect({ program, isThere: existsSync(pathOf(`${program}.ts`)) }).toEqual({
          program,
          isThere: true,
        });
      expect(user).toBe('node');
    });
  },
);

describe('docker-compose.yml', () => {
  it('leaves out no variable that is given, or that nobody reads', () => {
    const read = new Set(ours.flatMap(([name]) => readBy(name)));
    expect(Object.keys(left).filter((variable) => !read.has(variable))).toEqual([]);
  });

  it("shows Temporal's Web UI to names of this machine alone", () => {
    const published = services.filter(([, { ports = [] }]) =>
      ports.some((port) => port.endsWith(':8080')),
    );
    expect(published.map(([name]) => name)).toEqual([guard]);
    expect(compose.services[guard]).toMatchObject({
      command: ['node', 'dist/temporal-config/guard-ui.js', '8080', 'temporal-ui:8080'],
      ports: ['127.0.0.1:8080:8080'],
    });
    expect(existsSync(pathOf('temporal-config/guard-ui.ts'))).toBe(true);
  });

  it('starts every role', () => {
    const roles = ours.map(([name, { environment: given = {} }]) => given['ROLES'] ?? name);
    expect(roles).toEqual(['migrate', 'api', 'workers', 'relay', 'gateway', 'forwarder']);
  });

  it.each(services)('pins the image of %s', (_name, { image }) => {
    expect(withDefaults(image)).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/);
  });

  it('knows of everything that stays up whether it is well', () => {
    const jobs = services.flatMap(([, { depends_on: needs = {} }]) =>
      Object.entries(needs)
        .filter(([, { condition }]) => condition === 'service_completed_successfully')
        .map(([name]) => name),
    );
    const unwatched = services.filter(
      ([name, { healthcheck, build }]) => !jobs.includes(name) && !healthcheck && !build,
    );
    expect(unwatched.map(([name]) => name)).toEqual([]);
    const waitedFor = services.flatMap(([, { depends_on: needs = {} }]) =>
      Object.entries(needs)
        .filter(([, { condition }]) => condition === 'service_healthy')
        .map(([name]) => name),
    );
    for (const name of waitedFor)
      expect(compose.services[name]?.healthcheck).toMatchObject({ test: expect.anything() });
  });

  it('lets nothing that stays up gain privileges', () => {
    const lax = services.filter(
      ([name, service]) => !/^temporal-(schema|namespace)$/.test(name) && !service.security_opt,
    );
    expect(lax.map(([name]) => name)).toEqual([]);
    const capable = services.filter(
      ([, { cap_drop: dropped, security_opt: options }]) => options && !dropped?.includes('ALL'),
    );
    // The image of PostgreSQL starts as root to own the data folder, and goes on as the user
    // postgres.
    expect(capable.map(([name]) => name)).toEqual(['postgres']);
  });

  it('holds no secret: each is a file that neither git nor the image takes', () => {
    for (const { file } of Object.values(compose.secrets))
      expect(file).toMatch(/^\.\/secrets\/\w+$/);
    expect(textOf('.gitignore')).toMatch(/^secrets\/$/m);
    expect(textOf('.dockerignore')).toMatch(/^\*$/m);
    const named = services
      .flatMap(([, { environment: given = {} }]) => Object.entries(given))
      // A time is no secret, whatever lasts so long.
      .filter(([name]) => /PASSWORD|PWD|SECRET|_KEY/.test(name) && !name.endsWith('_MS'));
    for (const [name, value] of named)
      expect({ name, value }).toEqual({ name, value: expect.stringMatching(/^\/run\/secrets\//) });
  });

  it('makes every secret that it needs', () => {
    const made = textOf('infra/compose/make-secrets.sh');
    const roles = ['migration', '', 'relay', 'ingest', 'market', 'gateway'];
    for (const name of Object.keys(compose.secrets)) {
      const isRole = roles.some((role) => name === `database_${role && `${role}_`}url`);
      expect({
        name,
        isMade:
          isRole ||
          /^temporal_(ca|cert_\w+|key_\w+)$/.test(name) ||
          made.includes(`keep ${name} `) ||
          made.includes(`keys ${name.replace('_keys', '')} `),
      }).toEqual({ name, isMade: true });
    }
  });

  it('lets nobody to Temporal without a certificate, and each process by one of its own', () => {
    expect(compose.services['temporal']?.environment).toMatchObject({
      TEMPORAL_TLS_REQUIRE_CLIENT_AUTH: 'true',
      TEMPORAL_TLS_CLIENT1_CA_CERT: '/run/secrets/temporal_ca',
      TEMPORAL_TLS_FRONTEND_CERT: '/run/secrets/temporal_cert_server',
    });
    const clients = services.filter(
      ([, { environment: given = {} }]) => 'TEMPORAL_ADDRESS' in given,
    );
    expect(clients).toHaveLength(7);
    const certificates = clients.map(([, { secrets = [] }]) =>
      secrets.filter((name) => /^temporal_c/.test(name)),
    );
    for (const names of certificates)
      expect(names).toEqual(['temporal_ca', expect.stringMatching(/^temporal_cert_/)]);
    expect(new Set(certificates.flat()).size).toBe(clients.length + 1);
    const published = services
      .flatMap(([, { ports = [] }]) => ports)
      .filter((port) => /7233/.test(port));
    expect(published).toEqual([]);
  });

  it('mounts what is there', () => {
    const mounted = services
      .flatMap(([, { volumes = [] }]) => volumes)
      .flatMap((volume) => /^\.\/([^:]+):/.exec(volume)?.[1] ?? []);
    expect(mounted.filter((path) => !existsSync(pathOf(path)))).toEqual([]);
  });
});

describe('the image', () => {
  it('is built from a pinned line of Node, and runs as nobody special', () => {
    expect([
      ...new Set([...textOf('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)),
    ]).toEqual(['node:24-bookworm-slim']);
    expect(textOf('Dockerfile')).toMatch(/^USER node$/m);
  });

  it('is built from all folders that the build names', () => {
    const { include } = JSON.parse(textOf('tsconfig.build.json')) as { include: string[] };
    for (const path of include) {
      expect(textOf('Dockerfile')).toMatch(
        new RegExp(`^COPY .*\\b${path.replace('.', '\\.')}\\b`, 'm'),
      );
      expect(textOf('.dockerignore')).toMatch(new RegExp(`^!${path.replace('.', '\\.')}$`, 'm'));
    }
  });
});

describe('the settings of Temporal in production', () => {
  it('are lists of values, as the server reads them', () => {
    const settings = parse(textOf('temporal-config/dynamic-config.yaml')) as Record<
      string,
      { value: unknown }[]
    >;
    for (const [key, values] of Object.entries(settings))
      expect({ key, values }).toEqual({ key, values: [{ value: expect.any(Number) }] });
  });

  it('register the search attributes that npm start registers', () => {
    const [, names] = /^for name in (.+); do$/m.exec(textOf('temporal-config/namespace.sh')) ?? [];
    expect(names?.split(' ')).toEqual(Object.keys(searchAttributes));
    expect(new Set(Object.values(searchAttributes))).toEqual(new Set(['Keyword']));
  });
});
