import type { AlertTexts } from '../shared/alert-language.js';

/** The alerts about webhooks, by message key and language. */
export const platformAlertTexts = {
  'webhook.dead_letter': {
    en: {
      title: 'Webhook {webhook_host}: an event was not delivered',
      message:
        'Its tries are used up, and what follows in its subject waits. Mend the endpoint, then deliver it again, skip it or release it.',
    },
    pt: {
      title: 'Webhook {webhook_host}: um evento não foi entregue',
      message:
        'As tentativas esgotaram-se e o que se segue no mesmo assunto espera. Corrija o destino e depois volte a entregar o evento, ignore-o ou liberte-o.',
    },
    fr: {
      title: "Webhook {webhook_host} : un événement n'a pas été livré",
      message:
        "Ses tentatives sont épuisées, et la suite du même sujet attend. Réparez la destination, puis relivrez l'événement, ignorez-le ou libérez-le.",
    },
  },
  'webhook.suspended': {
    en: {
      title: 'Webhook {webhook_host}: suspended',
      message:
        'The endpoint keeps failing. Nothing is lost: deliveries wait, and one of them is tried every now and then.',
    },
    pt: {
      title: 'Webhook {webhook_host}: suspenso',
      message:
        'O destino continua a falhar. Nada se perde: as entregas esperam, e de vez em quando tenta-se uma delas.',
    },
    fr: {
      title: 'Webhook {webhook_host} : suspendu',
      message:
        "La destination échoue toujours. Rien n'est perdu : les livraisons attendent, et l'une d'elles est tentée de temps en temps.",
    },
  },
  'webhook.disabled': {
    en: {
      title: 'Webhook {webhook_host}: disabled',
      message:
        'The endpoint is gone or has failed for too long, so nothing more is sent to it. Mend it, then make the webhook active again.',
    },
    pt: {
      title: 'Webhook {webhook_host}: desativado',
      message:
        'O destino deixou de existir ou falhou durante demasiado tempo, por isso nada mais lhe é enviado. Corrija-o e volte a ativar o webhook.',
    },
    fr: {
      title: 'Webhook {webhook_host} : désactivé',
      message:
        "La destination n'existe plus ou échoue depuis trop longtemps : plus rien ne lui est envoyé. Réparez-la, puis réactivez le webhook.",
    },
  },
  'webhook.recovered': {
    en: {
      title: 'Webhook {webhook_host}: recovered',
      message: 'The endpoint takes deliveries again, and what waited goes out.',
    },
    pt: {
      title: 'Webhook {webhook_host}: recuperado',
      message: 'O destino volta a aceitar entregas, e o que esperava está a ser enviado.',
    },
    fr: {
      title: 'Webhook {webhook_host} : rétabli',
      message: 'La destination accepte de nouveau les livraisons, et ce qui attendait est envoyé.',
    },
  },
} as const satisfies AlertTexts;

export type PlatformAlertKey = keyof typeof platformAlertTexts;
