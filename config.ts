import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Type, type Static } from 'typebox';
import { isLoopbackHost } from './processes/loopback.js';
import { readIssuerSettings, type IssuerSettings } from './processes/issuer-settings.js';
import { keySource, keysPattern, type KeyPurpose } from './processes/key-purposes.js';
import { ConfigError } from './processes/startup-failure.js';

const text = (description: string, options = {}) =>
  Type.String({ minLength: 1, description, ...options });
const port = (description: string, value: number | undefined) =>
  Type.Integer({
    minimum: 0,
    maximum: 65535,
    ...(value === undefined ? {} : { default: value }),
    description,
  });
const flag = (description: string, value: boolean) => Type.Boolean({ default: value, description });
const count = (description: string, value: number) =>
  Type.Integer({ minimum: 1, default: value, description });
const ms = (description: string, value: number) =>
  Type.Integer({ minimum: 1, default: value, description });
const hour = 3_600_000;
/** A window is short enough for a timer, and a count for an integer. */
const rate = (description: string, value: string) =>
  text(`${description}: requests / window in s or m`, {
    default: value,
    pattern: '^[1-9][0-9]{0,8}/[1-9][0-9]{0,3}[sm]$',
  });

/**
 * Every variable that Millrace reads, its default and what it means; `.env.example` repeats it, and
 * a test compares the two.
 */
export const environment = Type.Object({
  NODE_ENV: Type.Enum(['development', 'production', 'test'], {
    default: 'development',
    description: 'production refuses default secrets and hides the mailbox',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'least level that is logged',
  }),
  LOG_REQUESTS: Type.Enum(['all', 'changes'], {
    default: 'all',
    description: 'requests that are logged; changes leaves out reads that were answered as asked',
  }),
  HOST: text('address that API and gateway listen on; loopback only in development', {
    default: '127.0.0.1',
  }),
  PORT: port('API', 3000),
  MQTT_PORT: port('MQTT gateway', 1883),
  TEMPORAL_PORT: port('Temporal server, where npm start provides it', 7233),
  TEMPORAL_UI_PORT: port('Temporal Web UI, where npm start provides it', 8233),
  POSTGRES_PORT: port('PostgreSQL, where npm start provides it', 5433),
  DATA_DIR: text('where npm start keeps its data and secrets', { default: '.millrace' }),
  POSTGRES_DIR: Type.Optional(
    text(
      'folder of PostgreSQL where it is on this machine: /ready says when its disk is full; npm start names its own',
    ),
  ),
  TEMPORAL_DIR: Type.Optional(text('folder of Temporal, likewise')),
  HANG_MS: Type.Integer({
    minimum: 1_000,
    maximum: 600_000,
    default: 30_000,
    description:
      'time without an answer after which npm start ends a part that hangs, and starts it again',
  }),
  PUBLIC_URL: Type.Optional(
    text('address that clients reach the API under; made from HOST and PORT when left out', {
      format: 'uri',
    }),
  ),
  ROLES: text('what a process does: api, workers, relay, gateway, forwarder; separated by commas', {
    default: 'api,workers,relay',
    pattern: '^(api|workers|relay|gateway|forwarder)(,(api|workers|relay|gateway|forwarder))*$',
  }),

  DATABASE_URL: Type.Optional(
    text('PostgreSQL as millrace_app; npm start provides one when left out', { format: 'uri' }),
  ),
  DATABASE_MIGRATION_URL: Type.Optional(text('PostgreSQL as millrace_owner', { format: 'uri' })),
  DATABASE_RELAY_URL: Type.Optional(text('PostgreSQL as millrace_relay', { format: 'uri' })),
  DATABASE_INGEST_URL: Type.Optional(text('PostgreSQL as millrace_ingest', { format: 'uri' })),
  DATABASE_MARKET_URL: Type.Optional(text('PostgreSQL as millrace_market', { format: 'uri' })),
  DATABASE_GATEWAY_URL: Type.Optional(text('PostgreSQL as millrace_gateway', { format: 'uri' })),
  DATABASE_ADMIN_URL: Type.Optional(
    text(
      'PostgreSQL as a superuser, for npm start to make roles and database on a server of yours',
      { format: 'uri' },
    ),
  ),
  DATABASE_POOL_MAX: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 10,
    description: 'connections a pool',
  }),

  TEMPORAL_ADDRESS: Type.Optional(
    text('host:port of a Temporal frontend; npm start provides one when left out'),
  ),
  TEMPORAL_NAMESPACE: text('Temporal namespace', { default: 'default' }),
  TEMPORAL_API_KEY: Type.Optional(text('API key of Temporal Cloud')),
  TEMPORAL_TLS: flag('connect to Temporal by TLS', false),
  TEMPORAL_TLS_CERT_FILE: Type.Optional(
    text('certificate that Temporal knows this process by, PEM; implies TLS'),
  ),
  TEMPORAL_TLS_KEY_FILE: Type.Optional(text('key of that certificate, PEM')),
  TEMPORAL_TLS_CA_FILE: Type.Optional(
    text("authority of Temporal's own certificate, PEM; else the system's; implies TLS"),
  ),
  TEMPORAL_TLS_SERVER_NAME: Type.Optional(
    text("name in Temporal's certificate, where it is not that of the address"),
  ),
  TEMPORAL_CLI: Type.Optional(text('path of the temporal command that npm start uses')),
  TEMPORAL_UI_URL: Type.Optional(
    text('address of the Temporal Web UI, for links', { format: 'uri' }),
  ),

  SECRET_KEY: Type.Optional(
    text(
      'at least 32 random bytes in base64; every key of Millrace is derived from it; npm start makes one',
      {
        minLength: 43,
      },
    ),
  ),
  KEYS: Type.Optional(
    text(
      'the keys that a process uses, in place of SECRET_KEY: purpose=hex, separated by commas or lines (npm run keys)',
      {
        pattern: keysPattern,
      },
    ),
  ),
  BOOTSTRAP_SECRET: Type.Optional(
    text('lets POST /v1/setup/bootstrap-admin make the first platform admin', { minLength: 16 }),
  ),
  SEED_DEMO: flag('npm start makes demo accounts', true),
  DEFAULT_PLAN: Type.Optional(
    Type.Enum(['monitor', 'protect', 'pro'], {
      description: 'plan of a new account; pro in development, monitor in production',
    }),
  ),
  SELF_SERVICE_PLANS: Type.Optional(
    text(
      'plans, separated by commas, that accounts may move up to by themselves; all in development, none in production',
      {
        pattern: '^(monitor|protect|pro)(,(monitor|protect|pro))*$',
      },
    ),
  ),

  REGISTRATION_PROOF: Type.Enum(['contested', 'always'], {
    default: 'contested',
    description:
      'when a registration has to be named, by its token or password, for its password to count: where there are several of one identifier, or always',
  }),
  REGISTRATION_TTL_MS: ms('time in which a registration must be verified', hour / 2),
  INVITE_TTL_MS: ms('time in which an invite into an account is good', 7 * 24 * hour),
  FRONTEND_URL: Type.Optional(
    text(
      'address of your application, for links in messages; messages name the bare token without it',
      {
        format: 'uri',
      },
    ),
  ),
  SESSION_IDLE_MS: ms('time after which a session ends that is not refreshed', 30 * 24 * hour),
  SESSION_MAX_MS: ms('time after which a session ends in any case', 90 * 24 * hour),
  ACCOUNT_TOKEN_MS: Type.Integer({
    minimum: 1_000,
    maximum: hour / 4,
    default: hour / 4,
    description: 'how long an account token is good for; a quarter of an hour at most',
  }),
  SIGNING_KEY_ROTATE_MS: ms(
    'time after which access tokens are signed with another key, at the next hour',
    30 * 24 * hour,
  ),
  SIGNING_KEY_PUBLISH_MS: ms('time that a key is published before it signs', hour / 4),

  SMTP_URL: Type.Optional(
    text('smtp://user:password@host:port; without it mail goes to the development mailbox only', {
      format: 'uri',
    }),
  ),
  SMTP_FROM: text('sender of mail', { default: 'Millrace <no-reply@millrace.example>' }),
  SMS_GATEWAY_URL: Type.Optional(
    text("base address of an HTTP SMS gateway of Twilio's shape", { format: 'uri' }),
  ),
  SMS_ACCOUNT_SID: Type.Optional(text('account at the SMS gateway')),
  SMS_AUTH_TOKEN: Type.Optional(text('secret at the SMS gateway')),
  SMS_FROM: Type.Optional(text('sender of SMS')),

  TRUSTED_ISSUERS: Type.Optional(
    text(
      'issuers whose tokens are good for accounts here, as JSON: [{ issuer, jwks_url, audiences, algorithms?, accounts? }]',
    ),
  ),
  OPERATIONS_ISSUER: Type.Optional(
    text('one such issuer, of tokens for operations, where nothing else is to be said of it'),
  ),
  OPERATIONS_JWKS_URL: Type.Optional(text('where the keys of that issuer are', { format: 'uri' })),
  SSO_PROVIDERS: Type.Optional(
    text(
      'OpenID providers that people sign in at, as JSON: [{ id, name?, issuer, client_id, client_secret, trusted_domains?, redirect_uris?, trust_mfa? }]',
    ),
  ),
  IDP_ALLOW_PRIVATE: flag(
    'issuers and providers may also be at http, loopback and private addresses; not in production',
    false,
  ),

  OBJECT_STORE: Type.Enum(['local', 's3'], {
    default: 'local',
    description: 'where large objects are kept: a folder that all processes share, or a bucket',
  }),
  OBJECT_DIR: Type.Optional(
    text('folder of objects, for local; objects in DATA_DIR when left out'),
  ),
  S3_BUCKET: Type.Optional(text('bucket of objects, for s3')),
  S3_REGION: text('region of the bucket', { default: 'us-east-1' }),
  S3_ENDPOINT: Type.Optional(
    text("address of an S3-compatible server that is not Amazon's", { format: 'uri' }),
  ),
  S3_ACCESS_KEY_ID: Type.Optional(
    text("access key; without one, the machine's own credentials are used"),
  ),
  S3_SECRET_ACCESS_KEY: Type.Optional(text('secret of the access key')),

  MQTT_BROKER_URL: Type.Optional(
    text('outside broker that the forwarder reads, mqtt://user:password@host:port', {
      format: 'uri',
    }),
  ),
  EVENTS_MQTT_URL: Type.Optional(
    text(
      'broker that events are published to, the gateway or another; npm start names its own gateway',
      {
        format: 'uri',
      },
    ),
  ),
  FIRESTORE_PROJECT_ID: Type.Optional(
    text('Firestore project that mirrors the newest state; no mirror without it'),
  ),
  FIREBASE_SERVICE_ACCOUNT: Type.Optional(
    text(
      "service account of Firebase, as JSON: for Firestore, where the environment's own credentials stand in, and for pushes, which need it",
    ),
  ),
  FCM_URL: text('base address of Firebase Cloud Messaging', {
    default: 'https://fcm.googleapis.com',
    format: 'uri',
  }),
  DRAIN_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 500,
    description:
      'time that the API goes on answering, not ready, before it stops listening; what balances load looks in it',
  }),
  ALLOWED_HOSTS: Type.Optional(
    text(
      "Host names that the API answers to beside PUBLIC_URL's, separated by commas; without them loopback's in development, any in production",
    ),
  ),
  CORS_ORIGINS: Type.Optional(
    text(
      'origins that browsers may call the API from, separated by commas; in development also any port of this machine',
    ),
  ),
  WEBHOOK_ALLOW_PRIVATE: flag(
    'webhooks may also go to http, loopback and private addresses; not in production',
    false,
  ),
  TRUST_PROXY: flag('believe X-Forwarded-For', false),
  HTTP_CONNECTIONS_PER_ADDRESS: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 1_000,
    description:
      'connections to the API from an address, of 10,000 in all; not looked at with TRUST_PROXY',
  }),
  DOCS: Type.Enum(['on', 'off', 'auto'], {
    default: 'auto',
    description: '/docs; auto is off in production',
  }),

  METRICS_PORT: Type.Optional(
    port(
      'Prometheus metrics at /metrics, where a process has no API; not served when left out',
      undefined,
    ),
  ),
  METRICS_TOKEN: Type.Optional(
    text('bearer token of /metrics; in production nobody may look without it', {
      minLength: 16,
    }),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    text('OTLP/HTTP collector of traces, http://host:4318; no traces without it', {
      format: 'uri',
    }),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    text('headers for the collector, name=value separated by commas'),
  ),
  OTEL_SERVICE_NAME: text('service that traces are of', { default: 'millrace' }),
  OTEL_SDK_DISABLED: flag('no traces, whatever else is set', false),
  OTEL_TRACES_SAMPLER: Type.Enum(
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    { default: 'parentbased_traceidratio', description: 'which traces are kept' },
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.1,
    description: 'share of traces that a ratio keeps',
  }),

  ORDER_ACCEPT_MS: ms('time in which a seller must accept an order', 24 * hour),
  ORDER_CONFIRM_MS: ms(
    'time from acceptance in which both parties must confirm the delivery',
    72 * hour,
  ),
  ORDER_OVERDUE_MS: ms('time after that until the system opens a dispute', 7 * 24 * hour),
  ORDER_DISPUTE_MS: ms('time from delivery in which the buyer may dispute', 7 * 24 * hour),
  ORDER_VOLUME_TOLERANCE_PCT: Type.Number({
    minimum: 0,
    maximum: 100,
    default: 5,
    description: 'confirmed volumes that differ by more open a dispute',
  }),
  ORDER_OPEN_PER_BUYER: count('open orders of a buyer', 50),
  ORDER_OPEN_LITERS_PER_BUYER: count('litres that the open orders of a buyer may hold', 500_000),
  ORDER_OPEN_PER_BUYER_AND_SELLER: count('open orders of a buyer with one seller', 20),
  ORDER_OPEN_LITERS_PER_BUYER_AND_SELLER: count(
    'litres that the open orders of a buyer may hold with one seller',
    200_000,
  ),
  ORDER_PENDING_SHARE_PCT: Type.Number({
    minimum: 1,
    maximum: 100,
    default: 80,
    description:
      "share of a tank's stock that orders of one buyer may hold before the seller has accepted them",
  }),
  WEBHOOK_DISABLE_AFTER_MS: ms(
    'time after which a webhook that fails all the while is disabled',
    5 * 24 * hour,
  ),
  DEVICE_INTERVAL_MS: ms('reporting interval of a device that has not said its own', 15 * 60_000),
  SENSOR_MARGIN_PCT: Type.Number({
    minimum: 0,
    maximum: 1_000,
    default: 10,
    description:
      'how far beyond its calibrated span a distance may be, in percent of the span; others are dropped',
  }),
  DEVICE_MESSAGES_PER_DAY: Type.Integer({
    minimum: 1,
    default: 100_000,
    description:
      'messages that a device may have stored at once and in a day; the rest is dropped and told',
  }),
  DEVICE_BYTES_PER_DAY: Type.Integer({
    minimum: 1_024,
    default: 128 * 1024 * 1024,
    description: 'the same in bytes of payloads',
  }),
  MQTT_CONNECTIONS_PER_ADDRESS: Type.Integer({
    minimum: 1,
    maximum: 20_000,
    default: 5_000,
    description:
      'connections at the gateway from one address; 20000 behind a balancer that hides addresses',
  }),

  RATE_LIMIT_READ: rate('reads of an account', '3000/1m'),
  RATE_LIMIT_WRITE: rate('changes of an account', '600/1m'),
  RATE_LIMIT_SEARCH: rate('searches of an account', '600/1m'),
  RATE_LIMIT_AUTH: rate('sign-ins and registrations from an address', '60/1m'),
  RATE_LIMIT_AUTH_IDENTIFIER: rate(
    'sign-ins that fail, and registrations, under an e-mail address or phone number, from an address or a known device',
    '10/10m',
  ),
  RATE_LIMIT_ADDRESS: rate('all requests from an address, a process', '12000/1m'),
  RATE_LIMIT_REFUSED: rate(
    'refused requests of a caller, or of an address without sign-in, a process',
    '600/1m',
  ),
  RATE_LIMIT_OTP_IDENTIFIER: rate('codes for an e-mail address or phone number', '10/60m'),
  RATE_LIMIT_OTP_IP: rate('codes that an address asks for', '300/60m'),
  RATE_LIMIT_OPS_INGEST: rate('operational data of an account', '200/1m'),
  RATE_LIMIT_OPS_ORDERS: rate('work orders of an account', '120/1m'),

  AUDIT_WITNESS_MS: ms(
    'time after which new entries of the audit log are signed into the object store, at the next minute',
    5 * 60_000,
  ),
  AUDIT_WITNESS_ENTRIES: Type.Integer({
    minimum: 1,
    default: 1_000,
    description: 'new entries of the audit log that are signed sooner, at the next minute',
  }),

  CRASH_AT: Type.Optional(
    text(
      'for fault tests: name:nth, the pass of a crash point at which the process dies; refused in production',
      {
        pattern: '^[a-z.-]+:[1-9][0-9]*$',
      },
    ),
  ),
});
export type Environment = Static<typeof environment>;

export interface Config extends Environment, IssuerSettings {
  isProduction: boolean;
  publicUrl: string;
  roles: ReadonlySet<string>;
  /** The key for one purpose, out of KEYS or derived from SECRET_KEY; hex, 32 bytes. */
  deriveKey(purpose: KeyPurpose): string;
}

/** Of these the value may be in a file, whose path `NAME_FILE` holds. */
export const secretVariables: readonly string[] = [
  'SECRET_KEY',
  'KEYS',
  'BOOTSTRAP_SECRET',
  'SMTP_URL',
  'SMS_AUTH_TOKEN',
  'TRUSTED_ISSUERS',
  'SSO_PROVIDERS',
  'TEMPORAL_API_KEY',
  'S3_SECRET_ACCESS_KEY',
  'DATABASE_URL',
  'DATABASE_RELAY_URL',
  'DATABASE_INGEST_URL',
  'DATABASE_MARKET_URL',
  'DATABASE_GATEWAY_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_ADMIN_URL',
  'MQTT_BROKER_URL',
  'EVENTS_MQTT_URL',
  'FIREBASE_SERVICE_ACCOUNT',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

const fitsEnvironment = addFormats
  .default(new Ajv2020({ coerceTypes: true, useDefaults: true, allErrors: true, strict: false }))
  .compile(environment);

/**
 * Reads the environment; `NAME_FILE` may hold the path of a file with the value, for secrets. A
 * command that uses no key needs none in production either.
 */
export function loadConfig(variables: NodeJS.ProcessEnv, { needsKeys = true } = {}): Config {
  const given: Record<string, unknown> = {};
  const unreadable: string[] = [];
  for (const name of Object.keys(environment.properties)) {
    const file = secretVariables.includes(name) ? variables[`${name}_FILE`] : undefined;
    try {
      const value = file ? readFileSync(file, 'utf8').trim() : variables[name];
      if (value !== undefined && value !== '') given[name] = value;
    } catch (error) {
      unreadable.push(`${name}_FILE: cannot be read (${String(error)})`);
    }
  }
  const wrong = fitsEnvironment(given)
    ? []
    : (fitsEnvironment.errors ?? []).map(
        ({ instancePath, message = 'is wrong', params }) =>
          `${instancePath.slice(1)}: ${message}${params['allowedValues'] ? ` (${String(params['allowedValues'])})` : ''}`,
      );
  const faults = [...unreadable, ...wrong];
  const values = given as unknown as Environment;
  if (values.NODE_ENV === 'production' && values.CRASH_AT)
    faults.push('CRASH_AT: is refused in production');
  if (needsKeys && values.NODE_ENV === 'production' && !values.SECRET_KEY && !values.KEYS)
    faults.push('SECRET_KEY: is required in production, or KEYS in its place');
  if (values.SECRET_KEY && values.KEYS)
    faults.push('KEYS: is given in place of SECRET_KEY, not beside it');
  if (values.NODE_ENV === 'production' && values.WEBHOOK_ALLOW_PRIVATE)
    faults.push('WEBHOOK_ALLOW_PRIVATE: is for development, and refused in production');
  if (values.NODE_ENV === 'production' && values.IDP_ALLOW_PRIVATE)
    faults.push('IDP_ALLOW_PRIVATE: is for development, and refused in production');
  if (values.NODE_ENV !== 'production' && !isLoopbackHost(values.HOST))
    faults.push(
      `HOST: ${values.HOST} is not loopback, and in development anybody who reaches it reads the mailbox; set NODE_ENV=production, or HOST=127.0.0.1`,
    );
  const publicUrl = values.PUBLIC_URL ?? `http://${addressOf(values.HOST)}:${values.PORT}`;
  const { faults: issuerFaults, ...issuers } = readIssuerSettings(values, publicUrl);
  faults.push(...issuerFaults);
  if (faults.length > 0)
    throw new ConfigError(
      `These variables are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nSee .env.example for what each means.`,
    );

  return {
    ...values,
    ...issuers,
    isProduction: values.NODE_ENV === 'production',
    publicUrl,
    roles: new Set(values.ROLES.split(',')),
    deriveKey: keySource({ secretKey: values.SECRET_KEY, handed: values.KEYS }),
  };
}

/** As clients on this machine write it. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** The named variable's value, or one clear message that it is missing. */
export function required<Name extends keyof Environment>(
  config: Config,
  name: Name,
): NonNullable<Environment[Name]> {
  const value = config[name];
  if (value === undefined) throw new ConfigError(`${name}: is required for this process`);
  return value;
}
