import type { AlertTexts } from '../shared/alert-language.js';

/** The alerts about reservoirs and orders, by message key and language. */
export const waterAlertTexts = {
  'reservoir.level_critical': {
    en: {
      title: '{reservoir_name}: level critical',
      message: 'The level has fallen to {level_pct} %. Arrange a refill now.',
    },
    pt: {
      title: '{reservoir_name}: nível crítico',
      message: 'O nível desceu para {level_pct} %. Providencie já o reabastecimento.',
    },
    fr: {
      title: '{reservoir_name} : niveau critique',
      message: 'Le niveau est descendu à {level_pct} %. Faites remplir le réservoir sans attendre.',
    },
  },
  'reservoir.level_low': {
    en: {
      title: '{reservoir_name}: level low',
      message: 'The level is at {level_pct} %. Plan a refill.',
    },
    pt: {
      title: '{reservoir_name}: nível baixo',
      message: 'O nível está em {level_pct} %. Planeie o reabastecimento.',
    },
    fr: {
      title: '{reservoir_name} : niveau bas',
      message: 'Le niveau est à {level_pct} %. Prévoyez un remplissage.',
    },
  },
  'reservoir.level_recovered': {
    en: {
      title: '{reservoir_name}: level recovered',
      message: 'The level is back at {level_pct} %.',
    },
    pt: { title: '{reservoir_name}: nível recuperado', message: 'O nível voltou a {level_pct} %.' },
    fr: {
      title: '{reservoir_name} : niveau rétabli',
      message: 'Le niveau est remonté à {level_pct} %.',
    },
  },
  'reservoir.level_full': {
    en: { title: '{reservoir_name}: full', message: 'The level has risen to {level_pct} %.' },
    pt: { title: '{reservoir_name}: cheio', message: 'O nível subiu para {level_pct} %.' },
    fr: { title: '{reservoir_name} : plein', message: 'Le niveau est monté à {level_pct} %.' },
  },
  'reservoir.level_normal': {
    en: { title: '{reservoir_name}: level normal', message: 'The level is at {level_pct} %.' },
    pt: { title: '{reservoir_name}: nível normal', message: 'O nível está em {level_pct} %.' },
    fr: { title: '{reservoir_name} : niveau normal', message: 'Le niveau est à {level_pct} %.' },
  },
  'order.delivery_overdue': {
    en: {
      title: 'Order {order_code}: delivery not confirmed',
      message:
        'The delivery has not been confirmed by both parties in time. Confirm it, or it will be disputed.',
    },
    pt: {
      title: 'Encomenda {order_code}: entrega por confirmar',
      message:
        'A entrega não foi confirmada a tempo por ambas as partes. Confirme-a, ou será aberta uma disputa.',
    },
    fr: {
      title: 'Commande {order_code} : livraison non confirmée',
      message:
        "La livraison n'a pas été confirmée à temps par les deux parties. Confirmez-la, sinon un litige sera ouvert.",
    },
  },
} as const satisfies AlertTexts;

export type WaterAlertKey = keyof typeof waterAlertTexts;
