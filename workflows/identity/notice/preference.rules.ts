const noticeGroups = ['orders', 'water_risk', 'device_risk', 'security'] as const;
type NoticeGroup = (typeof noticeGroups)[number];
const noticeChannels = ['app', 'push', 'sms', 'email'] as const;
type NoticeChannel = (typeof noticeChannels)[number];
const levelStates = ['full', 'normal', 'low', 'critical'] as const;
type LevelState = (typeof levelStates)[number];

/** A switch of a person and account: a channel of a group, or a state of a reservoir's level. */
type Toggle = `${NoticeGroup}.${NoticeChannel}` | `water_risk.reservoir_level_state.${LevelState}`;
/** Changed switches; any other has the value of `defaultOf`. */
export type Toggles = Readonly<Partial<Record<Toggle, boolean>>>;

export interface QuietHours {
  /** `HH:MM` on the clock of the zone; an end before the start is the next day's. */
  start: string;
  end: string;
  /** IANA. */
  time_zone: string;
}

type Channels<Value> = { channels: Record<NoticeChannel, Value> };
type PreferenceTree<Value> = {
  orders: Channels<Value>;
  water_risk: Channels<Value> & { reservoir_level_state: Record<LevelState, Value> };
  device_risk: Channels<Value>;
  security: Channels<Value>;
};

const eachOf = <Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value> =>
  Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;

/** The tree of all switches, with a value for each. */
export function preferenceTree<Value>(valueOf: (toggle: Toggle) => Value): PreferenceTree<Value> {
  const channelsOf = (group: NoticeGroup): Channels<Value> => ({
    channels: eachOf(noticeChannels, (channel) => valueOf(`${group}.${channel}`)),
  });
  return {
    orders: channelsOf('orders'),
    water_risk: {
      ...channelsOf('water_risk'),
      reservoir_level_state: eachOf(levelStates, (state) =>
        valueOf(`water_risk.reservoir_level_state.${state}`),
      ),
    },
    device_risk: channelsOf('device_risk'),
    security: channelsOf('security'),
  };
}

type PartialChannels = { channels?: Partial<Record<NoticeChannel, boolean>> | undefined };
type PartialTree = {
  orders?: PartialChannels | undefined;
  water_risk?:
    | (PartialChannels & {
        reservoir_level_state?: Partial<Record<LevelState, boolean>> | undefined;
      })
    | undefined;
  device_risk?: PartialChannels | undefined;
  security?: PartialChannels | undefined;
};

/** The switches named by a part of the tree. */
export function togglesOf(tree: PartialTree): Toggles {
  const entries = noticeGroups.flatMap((group) =>
    Object.entries(tree[group]?.channels ?? {}).map(([name, value]) => [`${group}.${name}`, value]),
  );
  const states = Object.entries(tree.water_risk?.reservoir_level_state ?? {});
  return Object.fromEntries([
    ...entries,
    ...states.map(([state, value]) => [`water_risk.reservoir_level_state.${state}`, value]),
  ]) as Toggles;
}

const offAtFirst = new Set<Toggle>([
  'device_risk.push',
  ...noticeGroups.map((group) => `${group}.sms` as const),
  'orders.email',
  'water_risk.email',
  'device_risk.email',
  'water_risk.reservoir_level_state.full',
  'water_risk.reservoir_level_state.normal',
]);
const alwaysOn = new Set<Toggle>(['security.app', 'security.email']);

export const valueOf = (toggles: Toggles, toggle: Toggle): boolean =>
  alwaysOn.has(toggle) || (toggles[toggle] ?? !offAtFirst.has(toggle));

/** The always-on switches a change would turn off. */
export const fixedIn = (toggles: Toggles): Toggle[] =>
  [...alwaysOn].filter((toggle) => toggles[toggle] === false);

/** Reasons against a message by a channel, whatever the switch. */
export const capabilityReasons = [
  'PLAN_FEATURE_DISABLED',
  'MISSING_PUSH_TOKEN',
  'PHONE_NOT_VERIFIED',
  'EMAIL_NOT_VERIFIED',
] as const;
type CapabilityReason = (typeof capabilityReasons)[number];

export interface Prerequisites {
  /** Of the account's plan, now. */
  features: ReadonlySet<string>;
  hasPushToken: boolean;
  isPhoneVerified: boolean;
  isEmailVerified: boolean;
}

interface Capability {
  /** Whether messages go out by the channel now. */
  value: boolean;
  /** Whether turning the switch would change anything. */
  editable: boolean;
  reasons: CapabilityReason[];
}

export function capabilityOf(
  toggles: Toggles,
  toggle: Toggle,
  prerequisites: Prerequisites,
): Capability {
  const reasons = reasonsFor(toggle, prerequisites);
  const isOpen = reasons.length === 0;
  return {
    value: isOpen && valueOf(toggles, toggle),
    editable: isOpen && !alwaysOn.has(toggle),
    reasons,
  };
}

/** The kind of alerts in a plan's features; security is in every plan. */
const alertKinds = {
  orders: 'orders',
  water_risk: 'reservoir_level_state',
  device_risk: 'device_health',
  security: undefined,
} as const satisfies Record<NoticeGroup, string | undefined>;

function reasonsFor(toggle: Toggle, prerequisites: Prerequisites): CapabilityReason[] {
  const [group, name] = toggle.split('.') as [NoticeGroup, string];
  const channels = noticeChannels.filter((channel) => channel === name);
  const kind = alertKinds[group];
  const isInPlan = (channel: NoticeChannel): boolean =>
    kind === undefined || prerequisites.features.has(`alerts.${kind}.${upper(channel)}`);
  // A state of a level is told by any of the group's channels.
  const isInAnyPlan = (channels.length > 0 ? channels : noticeChannels).some(isInPlan);
  return [
    ...(isInAnyPlan ? [] : (['PLAN_FEATURE_DISABLED'] as const)),
    ...channels.flatMap((channel) => missingFor(channel, prerequisites)),
  ];
}

const upper = (channel: NoticeChannel): string => channel.toUpperCase();

function missingFor(
  channel: NoticeChannel,
  { hasPushToken, isPhoneVerified, isEmailVerified }: Prerequisites,
): CapabilityReason[] {
  if (channel === 'push' && !hasPushToken) return ['MISSING_PUSH_TOKEN'];
  if (channel === 'sms' && !isPhoneVerified) return ['PHONE_NOT_VERIFIED'];
  if (channel === 'email' && !isEmailVerified) return ['EMAIL_NOT_VERIFIED'];
  return [];
}
