/** For tests of other things: the same buyer orders everything. */
export const noHoldLimits: Record<string, string> = {
  ORDER_OPEN_PER_BUYER: '1000000',
  ORDER_OPEN_LITERS_PER_BUYER: '1000000000',
  ORDER_OPEN_PER_BUYER_AND_SELLER: '1000000',
  ORDER_OPEN_LITERS_PER_BUYER_AND_SELLER: '1000000000',
  ORDER_PENDING_SHARE_PCT: '100',
};
