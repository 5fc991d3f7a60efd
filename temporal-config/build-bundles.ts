import { workflowBundle, workflowDomains } from './bundle.js';

/** Part of `npm run build`: the workers of the built tree find their bundles made. */
for (const domain of workflowDomains) console.log(await workflowBundle(domain));
