import { AsyncLocalStorage } from 'node:async_hooks';

// One for all: Node 20 asks every AsyncLocalStorage that is in use about every promise that is made.
const storage = new AsyncLocalStorage<Readonly<Record<symbol, unknown>>>();

/** Something that goes along with what is called and awaited, however deep, without being handed on. */
export interface Scoped<Value> {
  run<Result>(value: Value, work: () => Result): Result;
  /** That of the innermost `run` around the code that is running. */
  current(): Value | undefined;
}

export function scoped<Value>(name: string): Scoped<Value> {
  const key = Symbol(name);
  return {
    run: (value, work) => storage.run({ ...storage.getStore(), [key]: value }, work),
    current: () => storage.getStore()?.[key] as Value | undefined,
  };
}
