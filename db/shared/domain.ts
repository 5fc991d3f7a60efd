import type { TObject } from 'typebox';
import type { MeasuredKind } from '../devices/measured-kind.contract.js';
import type { EventDefinition } from './event.js';
import type { RowInvariant } from './invariant.js';

/** A count of rows, by a readable name. */
export interface Figure {
  name: string;
  /** With its schema; rows of partitions count as the table's. */
  table: string;
}

interface PersonalColumn {
  table: string;
  column: string;
}

/**
 * A domain's part of the database layer; named by the domain object in
 * `workers/<domain>/domain.ts`.
 */
export interface DatabaseDomain {
  /** Name of the domain and of the domain's schema. */
  name: string;
  /** All event versions ever defined. */
  events: readonly EventDefinition<TObject>[];
  /** Invariants of the domain's rows. */
  invariants: readonly RowInvariant[];
  /** Tables counted for the home page. */
  figures: readonly Figure[];
  /** Columns that say something of a person: what erasure and a person's export go by. */
  personalData: readonly PersonalColumn[];
  /** The domain's measured kinds, if devices measure things of the domain. */
  measuredKinds?: readonly MeasuredKind[];
}

/** Events defined in modules. A definition is exported on its own, or with others in one object. */
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
