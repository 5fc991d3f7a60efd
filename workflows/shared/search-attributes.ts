import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';

export const accountIdKey = defineSearchAttributeKey('AccountId', SearchAttributeType.KEYWORD);
export const statusKey = defineSearchAttributeKey('Status', SearchAttributeType.KEYWORD);
const orderCodeKey = defineSearchAttributeKey('OrderCode', SearchAttributeType.KEYWORD);
const counterpartIdKey = defineSearchAttributeKey('CounterpartId', SearchAttributeType.KEYWORD);
const domainKey = defineSearchAttributeKey('Domain', SearchAttributeType.KEYWORD);

/** Search attributes of some workflows. */
interface Searchable {
  /** Status of an order's row, or the connectivity of a device. */
  status?: string;
  /** The order's name for people. */
  orderCode?: string | undefined;
  /** The other account of the workflow, such as an order's seller. */
  counterpartId?: string;
}

/** Search attributes of a workflow in the Web UI; a workflow of no account has the domain alone. */
export const searchableBy = (
  domain: string,
  accountId?: string,
  { status, orderCode, counterpartId }: Searchable = {},
): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: domainKey, value: domain },
    ...optionalPair(accountIdKey, accountId),
    ...optionalPair(statusKey, status),
    ...optionalPair(orderCodeKey, orderCode),
    ...optionalPair(counterpartIdKey, counterpartId),
  ]);

/** The search attribute of a workflow's new status. */
export const searchableStatus = (status: string) => [{ key: statusKey, value: status }];

const optionalPair = (key: typeof accountIdKey, value: string | undefined) =>
  value === undefined ? [] : [{ key, value }];
