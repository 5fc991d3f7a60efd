import { environment, secretVariables, type Config, type Environment } from '../../config.js';
import { formatKeys, type KeyHolder } from '../process/process-keys.js';

type SecretName = keyof Environment;

/** The secrets and keys for a process of npm start. */
interface Handout {
  holders: readonly KeyHolder[];
  secrets: readonly SecretName[];
  /**
   * Whether the rest of the environment is handed on: libraries look there for credentials of their
   * own.
   */
  hasSurroundings: boolean;
}
const observation = ['METRICS_TOKEN', 'OTEL_EXPORTER_OTLP_HEADERS'] as const;
const handouts = {
  app: {
    holders: ['api', 'workers', 'relay'],
    secrets: [
      'BOOTSTRAP_SECRET',
      'DATABASE_URL',
      'DATABASE_RELAY_URL',
      'DATABASE_INGEST_URL',
      'DATABASE_MARKET_URL',
      'EVENTS_MQTT_URL',
      'FIREBASE_SERVICE_ACCOUNT',
      'S3_SECRET_ACCESS_KEY',
      'SMS_AUTH_TOKEN',
      'SMTP_URL',
      'SSO_PROVIDERS',
      'TEMPORAL_API_KEY',
      'TRUSTED_ISSUERS',
      ...observation,
    ],
    hasSurroundings: true,
  },
  /**
   * The gateway parses strangers' bytes, so the gateway's environment holds only variables in use.
   */
  gateway: {
    holders: ['gateway'],
    secrets: ['DATABASE_GATEWAY_URL', 'DATABASE_INGEST_URL', 'TEMPORAL_API_KEY', ...observation],
    hasSurroundings: false,
  },
  seed: { holders: ['migrate'], secrets: ['DATABASE_URL'], hasSurroundings: false },
} satisfies Record<string, Handout>;
export type StartedName = keyof typeof handouts;

/** The variables of the machine, for every program. */
const ofTheMachine =
  /^(PATH|HOME|USERPROFILE|SYSTEMROOT|COMSPEC|TMPDIR|TEMP|TMP|TZ|LANG|LC_\w+|NODE_\w+|SSL_CERT_\w+|CI|NO_COLOR)$/i;

/**
 * The environment of a process of npm start: the given variables, with `config` said anew, and only
 * the process's own secrets. SECRET_KEY is never handed on, nor any secret as a file.
 */
export function variablesOf(
  name: StartedName,
  config: Config,
  ownVariables: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const { holders, secrets, hasSurroundings }: Handout = handouts[name];
  const isSecret = (variable: string) => secretVariables.includes(variable.replace(/_FILE$/, ''));
  const isOurs = (variable: string) => Object.hasOwn(environment.properties, variable);
  const handedOn = Object.entries(ownVariables).filter(
    ([variable]) =>
      !isSecret(variable) && (hasSurroundings || isOurs(variable) || ofTheMachine.test(variable)),
  );
  const own = secrets.flatMap((secret) =>
    config[secret] === undefined ? [] : [[secret, String(config[secret])]],
  );
  return { ...Object.fromEntries([...handedOn, ...own]), KEYS: formatKeys(config, holders) };
}
