import { domains, workflowBundle } from './bundle.js';

/** Part of `npm run build`: the workers of the built tree find their bundles made. */
for (const domain of domains) console.log(await workflowBundle(domain));
