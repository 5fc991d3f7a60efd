import { Type } from 'typebox';
import { siteTypes } from '../../workflows/water/site.contract.js';
import {
  component,
  etag,
  location,
  nullable,
  closedObject,
  timestamp,
  uuid,
} from '../route/schema.js';

const name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  examples: ['Kibera depot'],
});
const siteType = Type.Enum([...siteTypes]);
const address = Type.String({ minLength: 1, maxLength: 500, examples: ['Karanja Road, Nairobi'] });
export const recordName = name;

export const newSite = closedObject({
  name,
  site_type: Type.Optional(siteType),
  location: Type.Optional(location),
  address: Type.Optional(address),
  zone_id: Type.Optional(uuid),
});

export const sitePatch = closedObject(
  {
    name: Type.Optional(name),
    site_type: Type.Optional(siteType),
    location: Type.Optional(nullable(location)),
    address: Type.Optional(nullable(address)),
    zone_id: Type.Optional(nullable(uuid)),
  },
  { minProperties: 1 },
);

export const site = component(
  'Site',
  closedObject({
    site_id: uuid,
    owner_principal_id: uuid,
    name,
    site_type: siteType,
    location: nullable(location),
    address: nullable(address),
    zone_id: nullable(uuid),
    etag,
    created_at: timestamp,
    updated_at: timestamp,
  }),
);
