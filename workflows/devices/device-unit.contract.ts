export const provisioningStatuses = ['PENDING', 'PROVISIONED', 'DISABLED'] as const;
export type ProvisioningStatus = (typeof provisioningStatuses)[number];

export const deviceTypes = [
  'LEVEL_SENSOR',
  'FLOW_METER',
  'PRESSURE_GAUGE',
  'PUMP_CONTROLLER',
  'OTHER',
] as const;
export type DeviceType = (typeof deviceTypes)[number];

export const deviceStatuses = ['ACTIVE', 'INACTIVE', 'DECOMMISSIONED'] as const;
export type DeviceStatus = (typeof deviceStatuses)[number];
