/**
 * `npm test`: Jest, and two options.
 *
 * `--domain NAME` runs the tests of one domain. These are its folder and the walks of
 * test/architecture, which then look at that domain's routes and tables alone.
 *
 * `--plain` has Jest load the modules of each file by itself, without runner.mjs: slower, and the
 * proof that no file lives on what another left behind.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const option = '--domain';
const walks =
  'test/architecture/(isolation|contract|tenancy|validation-cost|source/numbers)\\.test';

/** A domain is a folder of `db/` with the file that describes it. */
const domains = readdirSync(`${root}db`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => name !== 'shared' && readdirSync(`${root}db/${name}`).includes('domain.ts'))
  .sort();

/** The arguments without the option, and what it names; null where nothing follows it. */
function withoutDomain(given) {
  const at = given.findIndex(
    (argument) => argument === option || argument.startsWith(`${option}=`),
  );
  if (at === -1) return { others: given, domain: undefined };
  const isJoined = given[at] !== option;
  const domain = isJoined ? given[at].slice(option.length + 1) : (given[at + 1] ?? null);
  return { others: given.toSpliced(at, isJoined ? 1 : 2), domain };
}

const given = process.argv.slice(2);
const isPlain = given.includes('--plain');
const { others, domain } = withoutDomain(given.filter((argument) => argument !== '--plain'));
if (domain !== undefined && !domains.includes(domain)) {
  const named = domain === null ? 'nothing' : `"${domain}"`;
  process.stderr.write(`${option} names a domain, not ${named}: ${domains.join(', ')}\n`);
  process.exit(2);
}
if (domain !== undefined) {
  process.env.MILLRACE_TEST_DOMAIN = domain;
  // Paths that are named besides say which of the domain's files.
  const isPath = (argument) => !argument.startsWith('-');
  if (!others.some(isPath)) others.push(`test/${domain}/`, walks);
}
const jest = `${root}node_modules/jest/bin/jest.js`;
if (isPlain) {
  // Node must be told before it starts that Jest will load modules of ECMAScript by itself.
  const command = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
  const config = ['--config', `${root}jest.plain.config.js`];
  const child = spawn(process.execPath, [...command, ...config, ...others], { stdio: 'inherit' });
  child.once('exit', (code) => process.exit(code ?? 1));
} else {
  process.argv.splice(2, Infinity, ...others);
  await import(jest);
}
