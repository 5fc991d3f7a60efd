import { devicesWords } from './devices/domain.js';
import { identityWords } from './identity/domain.js';
import { notificationsWords } from './notifications/domain.js';
import { platformWords } from './platform/domain.js';
import { waterWords } from './water/domain.js';

/** The words of every domain. */
export const domainWords = [
  identityWords,
  notificationsWords,
  waterWords,
  devicesWords,
  platformWords,
] as const;
