import { domains } from '../../../workers/domains.js';

/** The schemas of all domains, as written between the brackets of `in (…)`. */
export const ourSchemas = domains.map(({ name }) => `'${name}'`).join(', ');
