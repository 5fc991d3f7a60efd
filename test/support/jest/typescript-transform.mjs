import { transformSync } from 'esbuild';

/** Jest's own loading of modules fails where two imports on demand share what they import. */
const importOnDemand = /\bimport\(("[^"]+")\)/g;
const queue = "Symbol.for('millrace.imports')";
const oneAtATime = `
function oneAtATime(load) {
  return (globalThis[${queue}] = Promise.resolve(globalThis[${queue}]).then(load, load));
}`;

/** For Jest's own loading of modules: TypeScript as tsx transforms it. */
export default {
  process: (source, path) => {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      keepNames: true,
      sourcemap: true,
      sourcefile: path,
    });
    const queued = code.replaceAll(importOnDemand, 'oneAtATime(() => import($1))');
    return { code: queued === code ? code : queued + oneAtATime, map };
  },
};
