interface InviteText {
  subject: string;
  text: string;
}

interface InviteWords {
  organisation: string;
  role: keyof Wording['roles'];
  /** The link, or the bare token where no address for links is configured. */
  access: string;
  isReminder: boolean;
}

interface Wording {
  subject(organisation: string): string;
  roles: Readonly<Record<'OWNER' | 'ADMIN' | 'MANAGER' | 'OPERATOR' | 'MEMBER' | 'VIEWER', string>>;
  invitation(organisation: string, role: string): string;
  reminder(organisation: string, role: string): string;
  advice(access: string): string;
}

const english: Wording = {
  subject: (organisation) => `${organisation} invites you to Millrace`,
  roles: {
    OWNER: 'owner',
    ADMIN: 'administrator',
    MANAGER: 'manager',
    OPERATOR: 'operator',
    MEMBER: 'member',
    VIEWER: 'viewer',
  },
  invitation: (organisation, role) => `${organisation} invites you to Millrace as ${role}.`,
  reminder: (organisation, role) =>
    `The invitation of ${organisation} to Millrace as ${role} is about to end.`,
  advice: (access) =>
    `Accept with ${access} and give it to nobody. If you do not know the organisation, ignore this message.`,
};
const portuguese: Wording = {
  subject: (organisation) => `${organisation} convida-o para o Millrace`,
  roles: {
    OWNER: 'proprietário',
    ADMIN: 'administrador',
    MANAGER: 'gestor',
    OPERATOR: 'operador',
    MEMBER: 'membro',
    VIEWER: 'leitor',
  },
  invitation: (organisation, role) => `${organisation} convida-o para o Millrace como ${role}.`,
  reminder: (organisation, role) =>
    `O convite de ${organisation} para o Millrace como ${role} está a terminar.`,
  advice: (access) =>
    `Aceite com ${access} e não o dê a ninguém. Se não conhece a organização, ignore esta mensagem.`,
};
const french: Wording = {
  subject: (organisation) => `${organisation} vous invite sur Millrace`,
  roles: {
    OWNER: 'propriétaire',
    ADMIN: 'administrateur',
    MANAGER: 'gestionnaire',
    OPERATOR: 'opérateur',
    MEMBER: 'membre',
    VIEWER: 'lecteur',
  },
  invitation: (organisation, role) =>
    `${organisation} vous invite sur Millrace en tant que ${role}.`,
  reminder: (organisation, role) =>
    `L’invitation de ${organisation} sur Millrace en tant que ${role} prend bientôt fin.`,
  advice: (access) =>
    `Acceptez avec ${access} et ne le donnez à personne. Si vous ne connaissez pas l’organisation, ignorez ce message.`,
};
const wordings: Readonly<Record<string, Wording>> = { en: english, pt: portuguese, fr: french };

/** In the language of a tag such as `pt-AO`; English where the language has no wording. */
export function inviteText(
  { organisation, role, access, isReminder }: InviteWords,
  languageTag: string,
): InviteText {
  const [language = ''] = languageTag.toLowerCase().split('-');
  const { subject, roles, invitation, reminder, advice } = wordings[language] ?? english;
  const opening = (isReminder ? reminder : invitation)(organisation, roles[role]);
  return { subject: subject(organisation), text: `${opening} ${advice(access)}` };
}
