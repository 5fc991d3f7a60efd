import type { WaterAlertKey } from './alert-text.rules.js';
import type { AlertSeverity } from '../notifications/alert.contract.js';
import type { LevelState } from './level.contract.js';
import { isImprovement } from './level.rules.js';

interface LevelAlert {
  severity: AlertSeverity;
  messageKey: WaterAlertKey;
  /** The level got better, so earlier alerts of the level are over. */
  resolvesEarlier: boolean;
}

export function levelAlert(previous: LevelState | null, next: LevelState): LevelAlert {
  const resolvesEarlier = isImprovement(previous, next);
  switch (next) {
    case 'CRITICAL':
      return { severity: 'CRITICAL', messageKey: 'reservoir.level_critical', resolvesEarlier };
    case 'LOW':
      return { severity: 'WARNING', messageKey: 'reservoir.level_low', resolvesEarlier };
    default:
      if (resolvesEarlier)
        return { severity: 'INFO', messageKey: 'reservoir.level_recovered', resolvesEarlier };
      return {
        severity: 'INFO',
        messageKey: next === 'FULL' ? 'reservoir.level_full' : 'reservoir.level_normal',
        resolvesEarlier,
      };
  }
}
