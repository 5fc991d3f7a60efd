import { domains } from '../../../workers/domains.js';
import type { Actor } from '../people/actors.js';
import type { TestSystem } from '../system/system.js';
import type { DevicesHeld } from './devices.holding.js';
import type { DomainHolding } from './domain-holding.js';
import type { IdentityHeld } from './identity.holding.js';
import type { NotificationsHeld } from './notifications.holding.js';
import type { PlatformHeld } from './platform.holding.js';
import type { WaterHeld } from './water.holding.js';

/** One of everything an account can have, by the names used in paths and bodies. */
export type Holding = IdentityHeld & NotificationsHeld & DevicesHeld & WaterHeld & PlatformHeld;

interface Module {
  holding: DomainHolding<object>;
}

/** Of every domain, found by the domain's name. */
const holdings = new Map(
  await Promise.all(
    domains.map(async ({ name }) => {
      const { holding } = (await import(`./${name}.holding.ts`)) as Module;
      return [name, holding] as const;
    }),
  ),
);

/** Well-formed ids of nothing. */
export const noHolding = (): Holding =>
  merged([...holdings.values()].map(({ nothing }) => nothing()));

/** Makes one of everything of every domain. */
export async function makeHolding(
  system: TestSystem,
  owner: Actor,
  orderFrom: string,
): Promise<Holding> {
  const begun = new Map<string, Promise<object>>();
  const make = async (domain: string): Promise<object> => {
    const holding = holdings.get(domain);
    if (!holding) throw new Error(`there is no domain ${domain}`);
    return holding.make({ system, owner, orderFrom, of });
  };
  function of<Held extends object>(domain: string): Promise<Held> {
    const made = begun.get(domain) ?? make(domain);
    begun.set(domain, made);
    return made as Promise<Held>;
  }
  return merged(await Promise.all([...holdings.keys()].map((domain) => of(domain))));
}

const merged = (held: readonly object[]): Holding => Object.assign({}, ...held);
