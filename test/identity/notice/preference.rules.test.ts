import { describe, expect, it } from '@jest/globals';
import {
  capabilityOf,
  fixedIn,
  preferenceTree,
  togglesOf,
  valueOf,
  type Prerequisites,
  type Toggles,
} from '../../../workflows/identity/notice/preference.rules.js';

const nothingMissing: Prerequisites = {
  features: new Set(
    ['orders', 'reservoir_level_state', 'device_health'].flatMap((kind) =>
      ['APP', 'PUSH', 'SMS', 'EMAIL'].map((channel) => `alerts.${kind}.${channel}`),
    ),
  ),
  hasPushToken: true,
  isPhoneVerified: true,
  isEmailVerified: true,
};

describe('preferences', () => {
  it('are at first the application and pushes, mail for security, and what is low', () => {
    const atFirst = { app: true, push: true, sms: false, email: false };
    expect(preferenceTree((toggle) => valueOf({}, toggle))).toEqual({
      orders: { channels: atFirst },
      water_risk: {
        channels: atFirst,
        reservoir_level_state: { full: false, normal: false, low: true, critical: true },
      },
      device_risk: { channels: { ...atFirst, push: false } },
      security: { channels: { ...atFirst, email: true } },
    });
  });

  it('are as changed, switch by switch', () => {
    const toggles = togglesOf({
      orders: { channels: { sms: true } },
      water_risk: { reservoir_level_state: { low: false } },
    });
    expect(toggles).toEqual({
      'orders.sms': true,
      'water_risk.reservoir_level_state.low': false,
    });
    const tree = preferenceTree((toggle) => valueOf(toggles, toggle));
    expect(tree.orders.channels).toEqual({ app: true, push: true, sms: true, email: false });
    expect(tree.water_risk.reservoir_level_state.low).toBe(false);
    expect(tree.water_risk.channels.sms).toBe(false);
  });

  it('cannot silence security in the application and by mail', () => {
    const silent: Toggles = { 'security.app': false, 'security.email': false };
    expect(fixedIn(silent)).toEqual(['security.app', 'security.email']);
    expect(fixedIn({ 'security.app': true, 'security.push': false, 'orders.app': false })).toEqual(
      [],
    );
    expect(valueOf(silent, 'security.email')).toBe(true);
  });
});

describe('a capability', () => {
  const open = { value: true, editable: true, reasons: [] };

  it('is the preference, where nothing stands in the way', () => {
    expect(capabilityOf({}, 'orders.push', nothingMissing)).toEqual(open);
    expect(capabilityOf({ 'orders.push': false }, 'orders.push', nothingMissing)).toEqual({
      ...open,
      value: false,
    });
    expect(capabilityOf({}, 'security.app', nothingMissing)).toEqual({ ...open, editable: false });
  });

  it('says each thing that stands in the way', () => {
    const bare = {
      features: new Set<string>(),
      hasPushToken: false,
      isPhoneVerified: false,
      isEmailVerified: false,
    };
    const reasonsOf = (toggle: Parameters<typeof capabilityOf>[1], prerequisites = bare) =>
      capabilityOf({ [toggle]: true }, toggle, prerequisites);
    const shut = (...reasons: string[]) => ({ value: false, editable: false, reasons });
    expect(reasonsOf('orders.app')).toEqual(shut('PLAN_FEATURE_DISABLED'));
    expect(reasonsOf('device_risk.push')).toEqual(
      shut('PLAN_FEATURE_DISABLED', 'MISSING_PUSH_TOKEN'),
    );
    expect(reasonsOf('water_risk.sms')).toEqual(
      shut('PLAN_FEATURE_DISABLED', 'PHONE_NOT_VERIFIED'),
    );
    expect(reasonsOf('security.email')).toEqual(shut('EMAIL_NOT_VERIFIED'));
    expect(reasonsOf('security.app')).toEqual({ value: true, editable: false, reasons: [] });
    expect(reasonsOf('water_risk.reservoir_level_state.low')).toEqual(
      shut('PLAN_FEATURE_DISABLED'),
    );
    const byMail = { ...bare, features: new Set(['alerts.reservoir_level_state.EMAIL']) };
    expect(reasonsOf('water_risk.reservoir_level_state.low', byMail)).toEqual(open);
    expect(reasonsOf('orders.email', byMail).reasons).toContain('PLAN_FEATURE_DISABLED');
  });
});
