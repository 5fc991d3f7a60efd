/**
 * `@jest/globals` is made by Jest's runtime; for modules of Node it is a module of its own for each
 * file that imports it.
 */
export function resolve(specifier, context, next) {
  if (specifier !== '@jest/globals') return next(specifier, context);
  const url = new URL('./globals.mjs', import.meta.url);
  url.searchParams.set('for', context.parentURL);
  return { url: url.href, format: 'module', shortCircuit: true };
}
