import type { AlertArgs, AlertLanguage, AlertMessageKey } from './alert.contract.js';

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
    'device.offline': {
      title: '{device_name}: not heard of',
      message: 'Nothing has come from the device that measures {reservoir_name} for four of its intervals.',
    },
    'device.online': {
      title: '{device_name}: heard of again',
      message: 'The device that measures {reservoir_name} reports again.',
    },
    'order.delivery_overdue': {
      title: 'Order {order_code}: delivery not confirmed',
      message: 'The delivery has not been confirmed by both parties in time. Confirm it, or it will be disputed.',
    },
    'webhook.dead_letter': {
      title: 'Webhook {webhook_host}: an event was not delivered',
      message:
        'Its tries are used up, and what follows in its subject waits. Mend the endpoint, then deliver it again, skip it or release it.',
    },
    'webhook.suspended': {
      title: 'Webhook {webhook_host}: suspended',
      message:
        'The endpoint keeps failing. Nothing is lost: deliveries wait, and one of them is tried every now and then.',
    },
    'webhook.disabled': {
      title: 'Webhook {webhook_host}: disabled',
      message:
        'The endpoint is gone or has failed for too long, so nothing more is sent to it. Mend it, then make the webhook active again.',
    },
    'webhook.recovered': {
      title: 'Webhook {webhook_host}: recovered',
      message: 'The endpoint takes deliveries again, and what waited goes out.',
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
    'device.offline': {
      title: '{device_name}: sem notícias',
      message: 'O dispositivo que mede {reservoir_name} não comunica há quatro dos seus intervalos.',
    },
    'device.online': {
      title: '{device_name}: de novo em linha',
      message: 'O dispositivo que mede {reservoir_name} voltou a comunicar.',
    },
    'order.delivery_overdue': {
      title: 'Encomenda {order_code}: entrega por confirmar',
      message: 'A entrega não foi confirmada a tempo por ambas as partes. Confirme-a, ou será aberta uma disputa.',
    },
    'webhook.dead_letter': {
      title: 'Webhook {webhook_host}: um evento não foi entregue',
      message:
        'As tentativas esgotaram-se e o que se segue no mesmo assunto espera. Corrija o destino e depois volte a entregar o evento, ignore-o ou liberte-o.',
    },
    'webhook.suspended': {
      title: 'Webhook {webhook_host}: suspenso',
      message:
        'O destino continua a falhar. Nada se perde: as entregas esperam, e de vez em quando tenta-se uma delas.',
    },
    'webhook.disabled': {
      title: 'Webhook {webhook_host}: desativado',
      message:
        'O destino deixou de existir ou falhou durante demasiado tempo, por isso nada mais lhe é enviado. Corrija-o e volte a ativar o webhook.',
    },
    'webhook.recovered': {
      title: 'Webhook {webhook_host}: recuperado',
      message: 'O destino volta a aceitar entregas, e o que esperava está a ser enviado.',
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
    'device.offline': {
      title: '{device_name} : sans nouvelles',
      message: 'Le capteur de {reservoir_name} n’a rien envoyé depuis quatre de ses intervalles.',
    },
    'device.online': {
      title: '{device_name} : de nouveau en ligne',
      message: 'Le capteur de {reservoir_name} communique de nouveau.',
    },
    'order.delivery_overdue': {
      title: 'Commande {order_code} : livraison non confirmée',
      message:
        "La livraison n'a pas été confirmée à temps par les deux parties. Confirmez-la, sinon un litige sera ouvert.",
    },
    'webhook.dead_letter': {
      title: "Webhook {webhook_host} : un événement n'a pas été livré",
      message:
        "Ses tentatives sont épuisées, et la suite du même sujet attend. Réparez la destination, puis relivrez l'événement, ignorez-le ou libérez-le.",
    },
    'webhook.suspended': {
      title: 'Webhook {webhook_host} : suspendu',
      message:
        "La destination échoue toujours. Rien n'est perdu : les livraisons attendent, et l'une d'elles est tentée de temps en temps.",
    },
    'webhook.disabled': {
      title: 'Webhook {webhook_host} : désactivé',
      message:
        "La destination n'existe plus ou échoue depuis trop longtemps : plus rien ne lui est envoyé. Réparez-la, puis réactivez le webhook.",
    },
    'webhook.recovered': {
      title: 'Webhook {webhook_host} : rétabli',
      message: 'La destination accepte de nouveau les livraisons, et ce qui attendait est envoyé.',
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
