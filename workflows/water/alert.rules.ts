import type { AlertArgs, AlertLanguage, AlertMessageKey, AlertSeverity } from './alert.contract.js';
import type { LevelState } from './level.contract.js';
import { isImprovement } from './level.rules.js';

export interface LevelAlert {
  severity: AlertSeverity;
  messageKey: AlertMessageKey;
  /** The level got better, so what was open about it is over. */
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
      if (resolvesEarlier) return { severity: 'INFO', messageKey: 'reservoir.level_recovered', resolvesEarlier };
      return {
        severity: 'INFO',
        messageKey: next === 'FULL' ? 'reservoir.level_full' : 'reservoir.level_normal',
        resolvesEarlier,
      };
  }
}

type Texts = Record<AlertMessageKey, { title: string; message: string }>;

const texts: Record<AlertLanguage, Texts> = {
  en: {
    'reservoir.level_critical': {
      title: '{reservoir_name}: level critical',
      message: 'The level has fallen to {level_pct} %. Arrange a refill now.',
    },
    'reservoir.level_low': {
      title: '{reservoir_name}: level low',
      message: 'The level is at {level_pct} %. Plan a refill.',
    },
    'reservoir.level_recovered': {
      title: '{reservoir_name}: level recovered',
      message: 'The level is back at {level_pct} %.',
    },
    'reservoir.level_full': { title: '{reservoir_name}: full', message: 'The level has risen to {level_pct} %.' },
    'reservoir.level_normal': { title: '{reservoir_name}: level normal', message: 'The level is at {level_pct} %.' },
    'order.delivery_overdue': {
      title: 'Order {order_code}: delivery not confirmed',
      message: 'The delivery has not been confirmed by both parties in time. Confirm it, or it will be disputed.',
    },
  },
  pt: {
    'reservoir.level_critical': {
      title: '{reservoir_name}: nível crítico',
      message: 'O nível desceu para {level_pct} %. Providencie já o reabastecimento.',
    },
    'reservoir.level_low': {
      title: '{reservoir_name}: nível baixo',
      message: 'O nível está em {level_pct} %. Planeie o reabastecimento.',
    },
    'reservoir.level_recovered': {
      title: '{reservoir_name}: nível recuperado',
      message: 'O nível voltou a {level_pct} %.',
    },
    'reservoir.level_full': { title: '{reservoir_name}: cheio', message: 'O nível subiu para {level_pct} %.' },
    'reservoir.level_normal': { title: '{reservoir_name}: nível normal', message: 'O nível está em {level_pct} %.' },
    'order.delivery_overdue': {
      title: 'Encomenda {order_code}: entrega por confirmar',
      message: 'A entrega não foi confirmada a tempo por ambas as partes. Confirme-a, ou será aberta uma disputa.',
    },
  },
  fr: {
    'reservoir.level_critical': {
      title: '{reservoir_name} : niveau critique',
      message: 'Le niveau est descendu à {level_pct} %. Faites remplir le réservoir sans attendre.',
    },
    'reservoir.level_low': {
      title: '{reservoir_name} : niveau bas',
      message: 'Le niveau est à {level_pct} %. Prévoyez un remplissage.',
    },
    'reservoir.level_recovered': {
      title: '{reservoir_name} : niveau rétabli',
      message: 'Le niveau est remonté à {level_pct} %.',
    },
    'reservoir.level_full': { title: '{reservoir_name} : plein', message: 'Le niveau est monté à {level_pct} %.' },
    'reservoir.level_normal': { title: '{reservoir_name} : niveau normal', message: 'Le niveau est à {level_pct} %.' },
    'order.delivery_overdue': {
      title: 'Commande {order_code} : livraison non confirmée',
      message:
        "La livraison n'a pas été confirmée à temps par les deux parties. Confirmez-la, sinon un litige sera ouvert.",
    },
  },
};

const decimalMark: Record<AlertLanguage, string> = { en: '.', pt: ',', fr: ',' };

export interface RenderedAlert {
  title: string;
  message: string;
}

/** Numbers are rounded to one place; an argument that is missing leaves its name in braces. */
export function renderAlert(key: AlertMessageKey, args: AlertArgs, language: AlertLanguage): RenderedAlert {
  const written = (value: string | number): string =>
    typeof value === 'number' ? String(Math.round(value * 10) / 10).replace('.', decimalMark[language]) : value;
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (slot, name: string) => {
      const value = args[name];
      return value === undefined ? slot : written(value);
    });
  const { title, message } = texts[language][key];
  return { title: fill(title), message: fill(message) };
}
