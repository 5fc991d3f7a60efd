/** The closed list of docs/rules.md; a new role is a decision (docs/decisions/0001). */
const roles = [
  'contract',
  'rules',
  'workflow',
  'activities',
  'model',
  'row',
  'store',
  'views',
  'records',
  'inbox',
  'events',
  'inputs',
  'invariant',
  'schemas',
  'commands',
  'routes',
  'worker',
  'reaction',
  'reconciliation',
  'task',
  'policy',
  'process',
  'test',
];
const nounAndRole = new RegExp(`^[a-z][a-z0-9]*(-[a-z0-9]+)*\\.(${roles.join('|')})\\.ts$`);
/**
 * Folders outside the nouns: a layer's shared files, the timeline, the provided PostgreSQL, the
 * parts of one process or command.
 */
const freeFolders = new RegExp(
  `^(${[
    '\\w+/shared',
    'db/(audit|connection|embedded|migrations|secrets|setup)',
    'api/(authentication|console|limits|openapi|pipeline|route)',
    'workers/(api|audit|client|demo|dev|forwarder|gateway|invariants|maintenance|observability|process|relay|signing)',
  ].join('|')})/`,
);
/** Programs for a person or a container to start, and the HTTP server itself. */
const entries =
  /^(workflows\/domains\.ts|workers\/(main|dev|demo|audit-verify|client|consumers|domains|check-invariants|keys|migrate|provision|reset|seed|status)\.ts|workers\/bootstrap\.mjs|api\/server\.ts)$/;

/** Whether the name of a layer's file fits the rules; the path is from the root. */
export function hasFittingName(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return (
    ['index.ts', 'domain.ts'].includes(name) ||
    freeFolders.test(path) ||
    entries.test(path) ||
    nounAndRole.test(name)
  );
}
