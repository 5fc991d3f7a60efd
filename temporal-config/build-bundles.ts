import { workflowBundle, workflowDomains } from './bundle.js';

/** Part of `npm run build`: workers of the built tree find ready bundles. */
for (const domain of workflowDomains) console.log(await workflowBundle(domain));
