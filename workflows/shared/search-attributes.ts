import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

export const accountIdKey = defineSearchAttributeKey('AccountId', SearchAttributeType.KEYWORD);
export const statusKey = defineSearchAttributeKey('Status', SearchAttributeType.KEYWORD);
const orderCodeKey = defineSearchAttributeKey('OrderCode', SearchAttributeType.KEYWORD);
const counterpartIdKey = defineSearchAttributeKey('CounterpartId', SearchAttributeType.KEYWORD);
const domainKey = defineSearchAttributeKey('Domain', SearchAttributeType.KEYWORD);

/** What some workflows are found by besides. */
export interface Searchable {
  /** Of an order as its row has it; of a device whether it is heard of. */
  status?: string;
  /** What people say. */
  orderCode?: string | undefined;
  /** The other account that it is about, such as an order's seller. */
  counterpartId?: string;
}

/** What every workflow of ours is found by in the Web UI; one of no account has its domain alone. */
export const searchableBy = (
  domain: string,
  accountId?: string,
  { status, orderCode, counterpartId }: Searchable = {},
): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: domainKey, value: domain },
    ...given(accountIdKey, accountId),
    ...given(statusKey, status),
    ...given(orderCodeKey, orderCode),
    ...given(counterpartIdKey, counterpartId),
  ]);

/** What a workflow says when its status is another. */
export const searchableStatus = (status: string) => [{ key: statusKey, value: status }];

const given = (key: typeof accountIdKey, value: string | undefined) => (value === undefined ? [] : [{ key, value }]);
