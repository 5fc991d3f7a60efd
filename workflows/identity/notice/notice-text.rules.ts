import type { NoticeKind } from './notice.contract.js';

interface NoticeText {
  subject: string;
  text: string;
}
/** The change, and the remedy for a stranger's change. */
interface Wording {
  subject: string;
  changes: Readonly<Record<NoticeKind, string>>;
  advice: string;
}

const english: Wording = {
  subject: 'Your Millrace account',
  changes: {
    NEW_SIGN_IN:
      'Somebody signed in to your Millrace account by a browser or app that is new there.',
    PASSWORD_RESET:
      'The password of your Millrace account was set anew by a code, and all sessions were ended.',
    PASSWORD_CHANGED:
      'The password of your Millrace account was changed, and the other sessions were ended.',
    SESSION_REUSE:
      'A session of your Millrace account was ended, since somebody used a copy of it.',
    MFA_CHANGED: 'The second factor of your Millrace account was changed.',
    IDENTIFIER_CHANGED:
      'An address or number of your Millrace account was added, replaced or removed.',
    IDENTITY_LINKED: 'A further way to sign in was linked to your Millrace account.',
    ERASURE: 'Your Millrace account is being erased.',
  },
  advice:
    'If this was you, there is nothing to do. If not, set a new password at once and end all sessions.',
};
const portuguese: Wording = {
  subject: 'A sua conta Millrace',
  changes: {
    NEW_SIGN_IN:
      'Alguém entrou na sua conta Millrace com um navegador ou aplicação que é novo nela.',
    PASSWORD_RESET:
      'A palavra-passe da sua conta Millrace foi redefinida com um código e todas as sessões terminaram.',
    PASSWORD_CHANGED:
      'A palavra-passe da sua conta Millrace foi alterada e as outras sessões terminaram.',
    SESSION_REUSE: 'Uma sessão da sua conta Millrace terminou porque alguém usou uma cópia dela.',
    MFA_CHANGED: 'O segundo fator da sua conta Millrace foi alterado.',
    IDENTIFIER_CHANGED:
      'Um endereço ou número da sua conta Millrace foi acrescentado, substituído ou retirado.',
    IDENTITY_LINKED: 'Outra forma de entrar foi associada à sua conta Millrace.',
    ERASURE: 'A sua conta Millrace está a ser apagada.',
  },
  advice:
    'Se foi você, não há nada a fazer. Se não foi, defina já uma nova palavra-passe e termine todas as sessões.',
};
const french: Wording = {
  subject: 'Votre compte Millrace',
  changes: {
    NEW_SIGN_IN:
      'Quelqu’un s’est connecté à votre compte Millrace avec un navigateur ou une application qui y est nouveau.',
    PASSWORD_RESET:
      'Le mot de passe de votre compte Millrace a été redéfini par un code et toutes les sessions ont pris fin.',
    PASSWORD_CHANGED:
      'Le mot de passe de votre compte Millrace a été modifié et les autres sessions ont pris fin.',
    SESSION_REUSE:
      'Une session de votre compte Millrace a pris fin, car quelqu’un en a utilisé une copie.',
    MFA_CHANGED: 'Le second facteur de votre compte Millrace a été modifié.',
    IDENTIFIER_CHANGED:
      'Une adresse ou un numéro de votre compte Millrace a été ajouté, remplacé ou retiré.',
    IDENTITY_LINKED: 'Un autre moyen de connexion a été lié à votre compte Millrace.',
    ERASURE: 'Votre compte Millrace est en cours d’effacement.',
  },
  advice:
    'Si c’était vous, il n’y a rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe et mettez fin à toutes les sessions.',
};
const wordings: Readonly<Record<string, Wording>> = { en: english, pt: portuguese, fr: french };

/** In the language of a tag such as `pt-AO`; English where the language has no wording. */
export function noticeText(kind: NoticeKind, languageTag: string): NoticeText {
  const [language = ''] = languageTag.toLowerCase().split('-');
  const { subject, changes, advice } = wordings[language] ?? english;
  return { subject, text: `${changes[kind]} ${advice}` };
}
