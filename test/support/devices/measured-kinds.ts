import { domains } from '../../../workers/domains.js';
import { measuredKindsOf } from '../../../workers/shared/domain.js';

/** Every measured kind. */
export const measuredKinds = measuredKindsOf(domains);
