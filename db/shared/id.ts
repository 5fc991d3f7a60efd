import { v7 } from 'uuid';

/** A time-ordered id (UUID v7), so that primary keys grow at the right edge of the index. */
export const newId = (): string => v7();
