import type { TokenPurpose } from './otp.contract.js';
import { otpLifetimeSeconds } from './otp.rules.js';

interface CodeText {
  subject: string;
  text: string;
}
type Wording = Readonly<Record<TokenPurpose, (code: string, minutes: number) => CodeText>>;

const english: Wording = {
  VERIFY_IDENTIFIER: (code, minutes) => ({
    subject: 'Your Millrace code',
    text: `Your Millrace code is ${code}. It confirms this address or number, for ${minutes} minutes. Ignore it if you did not ask for it. Nobody of ours will ever ask you for it.`,
  }),
  RESET_PASSWORD: (code, minutes) => ({
    subject: 'Your Millrace code for a new password',
    text: `Your Millrace code is ${code}. It sets a new password, for ${minutes} minutes. Ignore it if you did not ask for it. Nobody of ours will ever ask you for it.`,
  }),
};
const portuguese: Wording = {
  VERIFY_IDENTIFIER: (code, minutes) => ({
    subject: 'O seu código Millrace',
    text: `O seu código Millrace é ${code}. Confirma este endereço ou número, durante ${minutes} minutos. Ignore-o se não o pediu. Nunca lho iremos pedir.`,
  }),
  RESET_PASSWORD: (code, minutes) => ({
    subject: 'O seu código Millrace para uma nova palavra-passe',
    text: `O seu código Millrace é ${code}. Define uma nova palavra-passe, durante ${minutes} minutos. Ignore-o se não o pediu. Nunca lho iremos pedir.`,
  }),
};
const french: Wording = {
  VERIFY_IDENTIFIER: (code, minutes) => ({
    subject: 'Votre code Millrace',
    text: `Votre code Millrace est ${code}. Il confirme cette adresse ou ce numéro, pendant ${minutes} minutes. Ignorez-le si vous ne l'avez pas demandé. Nous ne vous le demanderons jamais.`,
  }),
  RESET_PASSWORD: (code, minutes) => ({
    subject: 'Votre code Millrace pour un nouveau mot de passe',
    text: `Votre code Millrace est ${code}. Il définit un nouveau mot de passe, pendant ${minutes} minutes. Ignorez-le si vous ne l'avez pas demandé. Nous ne vous le demanderons jamais.`,
  }),
};
const wordings: Readonly<Record<string, Wording>> = {
  en: english,
  pt: portuguese,
  fr: french,
};

/** In the language of a tag such as `pt-AO`; English where the language has no wording. */
export function codeText(purpose: TokenPurpose, languageTag: string, code: string): CodeText {
  const [language = ''] = languageTag.toLowerCase().split('-');
  const wording = wordings[language] ?? english;
  return wording[purpose](code, otpLifetimeSeconds / 60);
}
