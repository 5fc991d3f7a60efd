export const underWayPageSize = 200;
