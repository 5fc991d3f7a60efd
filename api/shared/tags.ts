/** What the groups of routes in the OpenAPI document are about; a name has no blanks, since pages link to it. */
const descriptions: Readonly<Record<string, string>> = {
  Alerts: 'What a person should know: levels, orders, webhooks that fail.',
  Audit: 'Who changed what, as a chain that can be checked.',
  'Dead-letters': 'Deliveries whose tries are used up, and what is decided on them.',
  Development: 'What is there in development only.',
  Devices: 'Sensors of an account, and which reservoir each measures.',
  Documentation: 'This document, the pages that show it, and the schemas of events.',
  Events: 'What has happened, to be listed or listened to.',
  Health: 'For probes: no sign-in, no limits.',
  Identity: 'Registering, signing in, and who one is.',
  Inventory: 'Hardware of the platform before anybody attaches it.',
  Maintenance: 'What runs by itself.',
  Marketplace: 'Sellers, their prices, and what they offer.',
  Orders: 'Water asked for, from its placing to its delivery or dispute.',
  Oversight: 'What a platform admin may look at, of any account; each look is audited.',
  Plans: 'What an account may use, and how much of it.',
  Readings: 'Levels of a reservoir, by device or by hand.',
  Reservoirs: 'Tanks: their shape, calibration, thresholds and current level.',
  Sites: 'Places that reservoirs stand at.',
  Telemetry: 'What devices have sent, as they sent it.',
  Webhooks: 'Events sent to an endpoint of yours, signed.',
};

export function tagsOf(routes: readonly { tag: string }[]): { name: string; description?: string }[] {
  return [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => {
    const description = descriptions[name];
    return description === undefined ? { name } : { name, description };
  });
}
