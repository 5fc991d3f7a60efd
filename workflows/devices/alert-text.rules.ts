import type { AlertTexts } from '../shared/alert-language.js';

/** The alerts about devices, by message key and language. */
export const devicesAlertTexts = {
  'device.offline': {
    en: {
      title: '{device_name}: not heard of',
      message:
        'Nothing has come from the device that measures {reservoir_name} for four of its intervals.',
    },
    pt: {
      title: '{device_name}: sem notícias',
      message:
        'O dispositivo que mede {reservoir_name} não comunica há quatro dos seus intervalos.',
    },
    fr: {
      title: '{device_name} : sans nouvelles',
      message: 'Le capteur de {reservoir_name} n’a rien envoyé depuis quatre de ses intervalles.',
    },
  },
  'device.online': {
    en: {
      title: '{device_name}: heard of again',
      message: 'The device that measures {reservoir_name} reports again.',
    },
    pt: {
      title: '{device_name}: de novo em linha',
      message: 'O dispositivo que mede {reservoir_name} voltou a comunicar.',
    },
    fr: {
      title: '{device_name} : de nouveau en ligne',
      message: 'Le capteur de {reservoir_name} communique de nouveau.',
    },
  },
} as const satisfies AlertTexts;

export type DevicesAlertKey = keyof typeof devicesAlertTexts;
