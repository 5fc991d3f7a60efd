import { domainWords } from '../../workflows/domains.js';
import type { DomainWords } from '../../workflows/shared/domain.js';

/** Groups of routes of no domain, and of every domain. */
const descriptions: Readonly<Record<string, string>> = Object.assign(
  {
    Development: 'What is there in development only.',
    Documentation: 'This document, the pages that show it, and the schemas of events.',
    Health: 'For probes: no sign-in, no limits.',
  },
  ...domainWords.map(({ tags }: DomainWords) => tags),
);

/** Descriptions of the groups of routes in the OpenAPI document. */
export function tagsOf(
  routes: readonly { tag: string }[],
): { name: string; description?: string }[] {
  return [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => {
    const description = descriptions[name];
    return description === undefined ? { name } : { name, description };
  });
}
