import { databaseDomains } from '../../db/domains.js';

/** The schemas of all domains, as they stand between the brackets of `in (…)`. */
export const ourSchemas = databaseDomains.map(({ name }) => `'${name}'`).join(', ');
