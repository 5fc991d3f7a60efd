import { loadConfig, type Config } from '../../config.js';
import type { DemoLogin } from './demo-seed.js';

interface Command {
  title: string;
  text: string;
}

/**
 * A command of Millrace, ready to paste into another terminal without the variables of npm start:
 * only defaults are known there.
 */
export function commandOf(name: string, config: Config): string {
  const defaults = loadConfig({});
  const moved = (['PORT', 'MQTT_PORT', 'TEMPORAL_UI_PORT'] as const).filter(
    (each) => config[each] !== defaults[each],
  );
  return [...moved.map((each) => `${each}=${config[each]}`), `npm run ${name}`].join(' ');
}

/**
 * The commands for a first try; the session needs a demo login, and the account of the demo user.
 */
export const firstCommands = (config: Config, login: DemoLogin | undefined): Command[] => [
  ...(login ? session(config.publicUrl, login) : []),
  ...(login
    ? [
        {
          title: 'Play the water story, and watch the figures above',
          text: commandOf('demo', config),
        },
      ]
    : []),
  {
    title: 'The addresses again, or as lines for an .env',
    text: `${commandOf('status', config)} -- --env`,
  },
];

/** Pasted in order into a shell with curl and jq. */
const session = (api: string, { email, password }: DemoLogin): Command[] => [
  {
    title: 'Sign in, and find the account',
    text: `api=${api}
token=$(curl -s $api/v1/auth/login -H 'content-type: application/json' \\
  -d '{"username":"${email}","password":"${password}"}' | jq -r .access_token)
account=$(curl -s $api/v1/me -H "authorization: Bearer $token" | jq -r '.org_memberships[-1].account_id')`,
  },
  {
    title: 'Make a site with a tank',
    text: `site=$(curl -s $api/v1/accounts/$account/sites -H "authorization: Bearer $token" -H 'content-type: application/json' \\
  -d '{"name":"Kibera depot","site_type":"DEPOT"}' | jq -r .site_id)
reservoir=$(curl -s $api/v1/accounts/$account/reservoirs -H "authorization: Bearer $token" -H 'content-type: application/json' \\
  -d '{"site_id":"'$site'","name":"Roof tank","reservoir_type":"TANK","mobility":"FIXED","monitoring_mode":"MANUAL",
       "geometry":{"shape":"VERTICAL_CYLINDER","diameter_mm":1800,"height_mm":2000}}' | jq -r .reservoir_id)`,
  },
  {
    title: 'Read the gauge: the level is low, which is an event, and an alert',
    text: `curl -s $api/v1/reservoirs/$reservoir/manual-reading -H "authorization: Bearer $token" \\
  -H 'content-type: application/json' -d '{"level_pct":15}'`,
  },
];
