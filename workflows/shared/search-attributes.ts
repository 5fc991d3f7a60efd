import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

const accountIdKey = defineSearchAttributeKey('AccountId', SearchAttributeType.KEYWORD);
const domainKey = defineSearchAttributeKey('Domain', SearchAttributeType.KEYWORD);

/** What every workflow of ours is found by in the Web UI; one of no account has its domain alone. */
export const searchableBy = (domain: string, accountId?: string): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: domainKey, value: domain },
    ...(accountId === undefined ? [] : [{ key: accountIdKey, value: accountId }]),
  ]);
