import type { TObject } from 'typebox';
import type { EventDefinition } from './event.js';
import type { RowInvariant } from './invariant.js';

/** What a domain has in the database. `db/domains.ts` lists all of them; processes, commands and tests map over that list. */
export interface DatabaseDomain {
  /** Also of its schema. */
  name: string;
  /** In every version that ever was. */
  events: readonly EventDefinition<TObject>[];
  /** What holds of its rows at any moment. */
  invariants: readonly RowInvariant[];
}

/** The events that modules define. A definition is exported by itself, or with others in one object. */
export function eventsOf(...modules: readonly object[]): EventDefinition<TObject>[] {
  return modules.flatMap((module) => Object.values(module).flatMap(definitionsIn));
}

function definitionsIn(exported: unknown): EventDefinition<TObject>[] {
  if (typeof exported !== 'object' || exported === null) return [];
  if (isDefinition(exported)) return [exported];
  return Object.values(exported).filter(isDefinition);
}

function isDefinition(value: unknown): value is EventDefinition<TObject> {
  return typeof value === 'object' && value !== null && 'payload' in value && 'of' in value;
}
