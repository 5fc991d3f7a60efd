/**
 * Runs one of our programs on a clone that may have nothing installed yet:
 *
 *   node workers/bootstrap.mjs                     only installs
 *   node workers/bootstrap.mjs FILE.ts [ARG...]    runs a program of ours, in this process
 *   node workers/bootstrap.mjs FILE.js [ARG...]    runs another's, such as Jest
 *
 * Plain JavaScript, and of Node only: it comes before everything else.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = (name) => `${root}${name}`;
const [file, ...args] = process.argv.slice(2);

checkNode();
await installOnce();
if (file) await run();

function checkNode() {
  const wanted = JSON.parse(readFileSync(path('package.json'), 'utf8')).engines.node.replace(
    '>=',
    '',
  );
  const [major, minor] = wanted.split('.').map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  fail(
    `Millrace needs Node.js ${wanted} or later; this is ${process.versions.node}. Get one at https://nodejs.org.`,
  );
}

/**
 * What is installed fits when it was installed from this very lockfile, or by hand after the
 * lockfile changed.
 */
function isInstalled() {
  const stamp = path('node_modules/.millrace-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return true;
  const byHand = path('node_modules/.package-lock.json');
  if (!existsSync(byHand) || statSync(byHand).mtimeMs < statSync(path('package-lock.json')).mtimeMs)
    return false;
  writeFileSync(stamp, lockHash());
  return true;
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path('package-lock.json')))
    .digest('hex');
}

/** Of several commands started at once, one installs and the others wait for it. */
async function installOnce() {
  if (isInstalled()) return;
  mkdirSync(path('.cache'), { recursive: true });
  const lock = path('.cache/install.lock');
  for (let hasWaited = false; !takeLock(lock); hasWaited = true) {
    if (!hasWaited) say('Another command is installing; waiting for it');
    await sleep(500);
  }
  try {
    if (!isInstalled()) await install();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch (error) {
    if (error.code !== 'EPERM') rmSync(lock, { force: true }); // its process was killed
  }
  return false;
}

async function install() {
  say('Installing what package-lock.json names (about a minute, this once)');
  const startedAt = Date.now();
  let { code, output } = await npm('ci');
  // A registry that lacks a package for some other platform makes `ci` call the lockfile
  // incomplete; `install` follows it.
  if (code !== 0 && output.includes('EUSAGE'))
    ({ code, output } = await npm('install', '--no-save'));
  if (code !== 0) {
    rmSync(path('.cache/install.lock'), { force: true });
    fail(`npm failed (${code}):\n${output.trim()}`);
  }
  writeFileSync(path('node_modules/.millrace-lock'), lockHash());
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
}

async function npm(...command) {
  const child = spawn(
    'npm',
    [...command, '--include=dev', '--no-audit', '--no-fund', '--no-progress'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', resolve);
  });
  return { code, output };
}

/**
 * In this process, so that signals and the exit code need no passing on and no second Node waits
 * about.
 */
async function run() {
  process.argv = [process.argv[0], path(file), ...args];
  process.chdir(root);
  if (!file.endsWith('.ts')) return import(pathToFileURL(path(file)).href);
  const { runProgram } = await import('../processes/program.mjs');
  await runProgram(file);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
