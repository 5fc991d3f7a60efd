/**
 * Runs a TypeScript program, compiled into a few JavaScript files: Node loads a few files in half
 * the time of transforming several hundred one by one, and without a thread for transforming
 * (docs/decisions/0017).
 *
 *   node processes/program.mjs FILE.ts [ARG...]
 *
 * Plain JavaScript, as it comes before every TypeScript file.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { removeOldEntries } from './old-entries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheDir = join(root, '.cache', 'programs');

/** Runs in this process. `file` is a path from the root; the program's arguments follow. */
export async function runProgram(file) {
  process.argv[1] = join(root, file);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(await compiled(file)).href);
}

/** The path of the compiled program, compiled again when a source file has changed. */
async function compiled(file) {
  const name = file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, '-');
  const list = join(cacheDir, `${name}.json`);
  const entryIn = (folder) => join(folder, `${name}.mjs`);
  if (existsSync(list)) {
    const known = entryIn(folderOf(name, JSON.parse(readFileSync(list, 'utf8'))));
    if (existsSync(known)) return known;
  }
  const partial = join(cacheDir, `${name}.${process.pid}`);
  const sources = await compile(file, name, partial);
  const folder = folderOf(name, sources);
  // Renamed into place, so that a process beside this one never reads half a program.
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(entryIn(folder))) throw error;
    rmSync(partial, { recursive: true });
  }
  writeFileSync(`${partial}.json`, JSON.stringify(sources));
  renameSync(`${partial}.json`, list);
  await removeOldEntries(cacheDir, `${name}-`);
  return entryIn(folder);
}

/**
 * Compiles into a folder. Returns the files that the program was made of, as paths from the root.
 */
async function compile(file, name, outdir) {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: file },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // A library that is loaded on demand stays so: a process without a use for the library saves
    // the memory.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [ownAddresses],
  });
  return Object.keys(metafile.inputs).sort();
}

/** A module finds files beside its source, not beside the compiled program. */
const ownAddresses = {
  name: 'own-addresses',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const address = JSON.stringify(pathToFileURL(path).href);
      return {
        contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address),
        loader: 'ts',
      };
    });
  },
};

/** The folder of a program, named by everything that the contents depend on. */
function folderOf(name, sources) {
  const hash = createHash('sha256')
    .update(root)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const source of ['package-lock.json', ...sources]) {
    const path = join(root, source);
    hash.update(source).update(existsSync(path) ? readFileSync(path) : 'deleted');
  }
  return join(cacheDir, `${name}-${hash.digest('hex').slice(0, 32)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.argv.splice(1, 1);
  await runProgram(process.argv[1]);
}
