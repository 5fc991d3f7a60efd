/** Ways of reaching a person outside the application. */
export const messageChannels = ['SMS', 'EMAIL', 'PUSH'] as const;
export type MessageChannel = (typeof messageChannels)[number];

export const pushPlatforms = ['ANDROID', 'IOS', 'WEB'] as const;
export type PushPlatform = (typeof pushPlatforms)[number];
