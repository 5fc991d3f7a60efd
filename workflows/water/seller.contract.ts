export const sellerStatuses = ['ACTIVE', 'INACTIVE'] as const;
export type SellerStatus = (typeof sellerStatuses)[number];

export const sellerAvailabilities = ['AVAILABLE', 'UNAVAILABLE'] as const;
export type SellerAvailability = (typeof sellerAvailabilities)[number];
