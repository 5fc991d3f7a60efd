export const siteTypes = [
  'WATER_TREATMENT',
  'PUMPING_STATION',
  'DISTRIBUTION_NODE',
  'STORAGE_RESERVOIR',
  'BOREHOLE',
  'KIOSK',
  'DEPOT',
  'HOSPITAL',
  'SCHOOL',
  'TELECOM_SITE',
  'INDUSTRIAL_SITE',
  'OTHER',
] as const;
export type SiteType = (typeof siteTypes)[number];
