import { globalsKey } from './globals-key.mjs';

export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } =
  globalThis[globalsKey];
