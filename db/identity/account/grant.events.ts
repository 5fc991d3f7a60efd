import { Type } from 'typebox';
import { accountRoles, grantedResources } from '../../../workflows/identity/account.contract.js';
import { defineEvent } from '../../shared/event.js';

const id = Type.String({ format: 'uuid' });
const exampleId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

const grantEvent = (type: string, name: string) =>
  defineEvent({
    type,
    version: 1,
    topic: `identity.access_grant.${name}`,
    subjectType: 'account',
    payload: Type.Object(
      {
        account_id: id,
        principal_id: id,
        resource_type: Type.Enum([...grantedResources]),
        resource_id: id,
        role: Type.Enum([...accountRoles]),
      },
      { additionalProperties: false },
    ),
    example: {
      account_id: exampleId,
      principal_id: exampleId,
      resource_type: 'site',
      resource_id: exampleId,
      role: 'OPERATOR',
    },
  });

/** A role on a resource was given; also a role in place of an earlier role. */
export const accessGrantCreated = grantEvent('ACCESS_GRANT_CREATED', 'created');
export const accessGrantRevoked = grantEvent('ACCESS_GRANT_REVOKED', 'revoked');
