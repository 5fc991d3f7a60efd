import { Type, type TSchema } from 'typebox';
import { capabilityReasons } from '../../../workflows/identity/notice/preference.rules.js';
import { component, closedObject, nullable, timestamp } from '../../route/schema.js';

const channelsOf = <Value extends TSchema>(value: Value) =>
  closedObject({ app: value, push: value, sms: value, email: value });
const groupOf = <Value extends TSchema>(value: Value) =>
  closedObject({ channels: channelsOf(value) });
const statesOf = <Value extends TSchema>(value: Value) =>
  closedObject({ full: value, normal: value, low: value, critical: value });
const treeOf = <Value extends TSchema>(value: Value) =>
  closedObject({
    orders: groupOf(value),
    water_risk: closedObject({
      channels: channelsOf(value),
      reservoir_level_state: statesOf(value),
    }),
    device_risk: groupOf(value),
    security: groupOf(value),
  });

const time = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['22:00'] });
const quietHours = closedObject(
  {
    start: time,
    end: { ...time, description: 'Before the start: of the next day', examples: ['06:30'] },
    time_zone: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9_+/-]+$',
      description: 'A name of the IANA database',
      examples: ['Africa/Nairobi'],
    }),
  },
  { description: 'When nothing that can wait is sent, on the clock of the time zone' },
);

export const preferences = component(
  'NotificationPreferences',
  closedObject({
    events: treeOf(Type.Boolean()),
    quiet_hours: nullable(quietHours),
    quiet_until: nullable({ ...timestamp, description: 'The end of quiet hours that are now' }),
  }),
);

const toggle = Type.Optional(Type.Boolean());
const channelPatch = closedObject({ app: toggle, push: toggle, sms: toggle, email: toggle });
const groupPatch = Type.Optional(closedObject({ channels: Type.Optional(channelPatch) }));
export const preferencePatch = closedObject(
  {
    events: Type.Optional(
      closedObject({
        orders: groupPatch,
        water_risk: Type.Optional(
          closedObject({
            channels: Type.Optional(channelPatch),
            reservoir_level_state: Type.Optional(
              closedObject({ full: toggle, normal: toggle, low: toggle, critical: toggle }),
            ),
          }),
        ),
        device_risk: groupPatch,
        security: groupPatch,
      }),
    ),
    quiet_hours: Type.Optional(nullable(quietHours)),
  },
  {
    minProperties: 1,
    examples: [
      {
        events: { orders: { channels: { sms: true } } },
        quiet_hours: { start: '22:00', end: '06:30', time_zone: 'Africa/Nairobi' },
      },
    ],
  },
);

const capability = closedObject({
  value: Type.Boolean({ description: 'Whether messages go that way now' }),
  editable: Type.Boolean({ description: 'Whether turning it would change anything' }),
  reasons: Type.Array(Type.Enum([...capabilityReasons])),
});
export const capabilities = component(
  'NotificationCapabilities',
  closedObject({ events: treeOf(capability) }),
);
