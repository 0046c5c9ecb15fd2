/** LinkedIn's chrome of the card in another language: [the English words, the others]. The regions stay the same. */
type Translation = readonly (readonly [string, string])[]

export const french: Translation = [
  ['lang="en"', 'lang="fr"'],
  [' from Freelancer is waiting for your response', ' chez Freelancer, attend votre réponse'],
  ['>Accept </', '>Accepter </'],
  ['>View profile </', '>Voir le profil </'],
  ['6 connections in common', '6 relations en commun'],
  ['More people you may know', 'Autres personnes que vous pourriez connaître'],
  ['Build your network with InMail', 'Développez votre réseau avec InMail'],
  [
    'Message anyone on LinkedIn with Premium InMail. It’s 4.6x more effective in hearing back than cold email.',
    'Écrivez à qui vous voulez avec InMail. C’est 4,6 fois plus efficace qu’un e-mail.',
  ],
  ['Alice and millions of members use Premium', 'Alice et des millions de membres utilisent Premium'],
  ['Try Premium for AED0', 'Essayer Premium pour 0 AED'],
  ['1-month free trial. Cancel anytime.', '1 mois d’essai gratuit. Annulez à tout moment.'],
  ['Get the new LinkedIn desktop app', 'Téléchargez la nouvelle application de bureau LinkedIn'],
  ['Also available on mobile', 'Disponible aussi sur mobile'],
  ['This email was intended for', 'Cet e-mail était destiné à'],
  ['Learn why we included this.', 'Pourquoi nous l’avons inclus.'],
  ['You are receiving LinkedIn invitations emails.', 'Vous recevez des e-mails d’invitations LinkedIn.'],
  ['Unsubscribe', 'Se désabonner'],
  ['Help', 'Aide'],
  [
    'LinkedIn and the LinkedIn logo are registered trademarks of LinkedIn.',
    'LinkedIn et le logo LinkedIn sont des marques déposées de LinkedIn.',
  ],
]

export const japanese: Translation = french.map(([english], index) => [
  english,
  index === 0 ? 'lang="ja"' : (['>承認 </', '>プロフィールを見る </'][index - 2] ?? `日本語の文言その${index}です`),
])
