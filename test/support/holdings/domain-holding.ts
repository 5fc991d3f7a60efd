import type { Actor } from '../people/actors.js';
import type { TestSystem } from '../system/system.js';

/** One of everything an account can have of a domain: `<domain>.holding.ts` of each domain. */
export interface DomainHolding<Held extends object> {
  /** Well-formed ids of nothing. */
  nothing: () => Held;
  make: (parts: HoldingParts) => Promise<Held>;
}

interface HoldingParts {
  system: TestSystem;
  owner: Actor;
  /** Another account's reservoir, open to orders. */
  orderFrom: string;
  /** The account's things of another domain; made once, by the first request. */
  of: <Held extends object>(domain: string) => Promise<Held>;
}
