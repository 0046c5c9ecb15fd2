import { card, eml, type multipart, withPart } from './mail.ts'

/** LinkedIn's chrome of 2025 in other languages, our translations: the regions of its links stay the same. */
interface Chrome {
  readonly language: string
  /** The preheader, about the person of that first name. */
  readonly preheader: (first: string) => string
  /** In the order of `english`. */
  readonly words: readonly string[]
}

const english = [
  'Accept',
  'View profile',
  ' connections in common',
  'More people you may know',
  'Build your network with InMail',
  'Message anyone on LinkedIn with Premium InMail. It’s 4.6x more effective in hearing back than cold email.',
  'Alice and millions of members use Premium',
  'Try Premium for AED0',
  '1-month free trial. Cancel anytime.',
  'Get the new LinkedIn desktop app',
  'Also available on mobile',
  'This email was intended for',
  'Learn why we included this.',
  'You are receiving LinkedIn invitations emails.',
  'Unsubscribe',
  'Help',
  'LinkedIn and the LinkedIn logo are registered trademarks of LinkedIn.',
]

export const chromes: readonly Chrome[] = [
  {
    language: 'fr',
    preheader: (first) => `${first}, cheffe de projet chez Freelancer, attend votre réponse`,
    words: [
      'Accepter',
      'Voir le profil',
      ' relations en commun',
      'Autres personnes que vous pourriez connaître',
      'Développez votre réseau avec InMail',
      'Écrivez à qui vous voulez avec InMail. C’est 4,6 fois plus efficace qu’un e-mail.',
      'Alice et des millions de membres utilisent Premium',
      'Essayer Premium pour 0 AED',
      '1 mois d’essai gratuit. Annulez à tout moment.',
      'Téléchargez la nouvelle application de bureau LinkedIn',
      'Disponible aussi sur mobile',
      'Cet e-mail était destiné à',
      'Pourquoi nous l’avons inclus.',
      'Vous recevez des e-mails d’invitations LinkedIn.',
      'Se désabonner',
      'Aide',
      'LinkedIn et le logo LinkedIn sont des marques déposées de LinkedIn.',
    ],
  },
  {
    language: 'de',
    preheader: (first) => `${first}, Projektleiterin bei Freelancer, wartet auf Ihre Antwort`,
    words: [
      'Annehmen',
      'Profil anzeigen',
      ' gemeinsame Kontakte',
      'Weitere Personen, die Sie vielleicht kennen',
      'Erweitern Sie Ihr Netzwerk mit InMail',
      'Schreiben Sie mit Premium InMail jedem auf LinkedIn. Das wirkt 4,6-mal besser als eine E-Mail.',
      'Alice und Millionen Mitglieder nutzen Premium',
      'Premium für 0 AED testen',
      '1 Monat kostenlos. Jederzeit kündbar.',
      'Holen Sie sich die neue LinkedIn App für den Desktop',
      'Auch mobil verfügbar',
      'Diese E-Mail ist bestimmt für',
      'Warum wir dies angegeben haben.',
      'Sie erhalten E-Mails zu Einladungen von LinkedIn.',
      'Abbestellen',
      'Hilfe',
      'LinkedIn und das LinkedIn Logo sind eingetragene Marken von LinkedIn.',
    ],
  },
  {
    language: 'ja',
    preheader: (first) => `${first}さんがあなたの返信をお待ちです`,
    words: [
      '承認',
      'プロフィールを見る',
      '人の共通のつながり',
      '他の知り合いかもしれない人',
      'InMailでネットワークを広げましょう',
      'プレミアムのInMailなら誰にでもメッセージを送れます。返信率は4.6倍です。',
      'Aliceさんと何百万人もの会員が利用しています',
      'プレミアムを0 AEDで試す',
      '1か月無料。いつでも解約できます。',
      '新しいLinkedInデスクトップアプリを入手',
      'モバイルでもご利用いただけます',
      'このメールの宛先は',
      'この情報を含めた理由。',
      'LinkedInの招待メールを受け取っています。',
      '配信停止',
      'ヘルプ',
      'LinkedInおよびLinkedInのロゴはLinkedInの登録商標です。',
    ],
  },
  {
    language: 'ar',
    preheader: (first) => `${first} في انتظار ردك`,
    words: [
      'قبول',
      'عرض الملف الشخصي',
      ' زملاء مشتركين',
      'المزيد من الأشخاص الذين قد تعرفهم',
      'وسّع شبكتك عبر InMail',
      'راسل أي شخص على LinkedIn عبر InMail. إنه أكثر فاعلية بمقدار 4.6 مرات.',
      'Alice وملايين الأعضاء يستخدمون Premium',
      'جرّب Premium مقابل 0 درهم',
      'شهر مجاني واحد. يمكنك الإلغاء في أي وقت.',
      'احصل على تطبيق LinkedIn الجديد لسطح المكتب',
      'متوفر أيضًا على الهاتف',
      'هذه الرسالة موجهة إلى',
      'لماذا أدرجنا هذا.',
      'تتلقى رسائل دعوات LinkedIn.',
      'إلغاء الاشتراك',
      'مساعدة',
      'LinkedIn وشعار LinkedIn علامتان تجاريتان مسجلتان لشركة LinkedIn.',
    ],
  },
]

/** The words where they stand alone: not within a link, whose regions are the same in every language. */
const alone = english.map((phrase) => new RegExp(`(?<![\\w~-])${phrase.replaceAll('.', '\\.')}(?![\\w~-])`, 'gu'))

const translated = (text: string, { language, preheader, words }: Chrome): string =>
  alone
    .reduce((rest, phrase, index) => rest.replace(phrase, () => words[index] ?? ''), text)
    .replace(/(Petra|Ingrid), [^<\n]*? is waiting for your response/u, (_, first) => preheader(first))
    .replace('lang="en"', `lang="${language}"`)

/** How a piece of the English chrome reads in that language; anything else stays. */
export const inChrome = (phrase: string, chrome: Chrome | null): string =>
  chrome === null ? phrase : translated(phrase, chrome)

/** The card alone, or with its text part, in that language's chrome; null: in English. */
export const cardIn = (chrome: Chrome | null, name: typeof card | typeof multipart = card): Buffer => {
  if (chrome === null) return eml(name)
  const html = withPart(eml(name), 'text/html', (text) => translated(text, chrome))
  return name === card ? html : withPart(html, 'text/plain', (text) => translated(text, chrome))
}

/** Where a note could stand in the html of a card: [place, the piece of the English card it is put before]. */
export const cardPlaces: readonly (readonly [string, string])[] = [
  ['above the name', '<h3 class'],
  ['below the name', '<div class="pt-0.5"'],
  ['above the accept button', '<hr class="!w-6'],
  ['between the card and the people you may know', 'More people you may know'],
  ['above the header', '<table class="mercado-container'],
  ['above the upsell', 'Build your network with InMail'],
  ['above the app badges', 'Get the new LinkedIn desktop app'],
  ['above the footer', 'This email was intended for'],
  ['at the very end', '</body>'],
]

/** The mail of 2016 in other languages, with LinkedIn's own sentence of that language: [language, English to it]. */
export const oldChromes: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'fr',
    {
      'Hi John,': 'Bonjour John,',
      "I'd like to join your LinkedIn network.":
        'Je vous invite à faire partie de mon réseau professionnel sur LinkedIn.',
      "View Arthur Pemble's profile": 'Voir le profil d’Arthur Pemble',
      'View profile': 'Voir le profil',
      Accept: 'Accepter',
      'Change frequency': 'Changer la fréquence',
      Unsubscribe: 'Se désabonner',
      Help: 'Aide',
      'You are receiving Invitation emails.': 'Vous recevez des e-mails d’invitation.',
      'This email was intended for': 'Cet e-mail est destiné à',
      'Learn why we included this': 'Pourquoi nous l’avons inclus',
      'LinkedIn and the LinkedIn logo are registered trademarks of LinkedIn.':
        'LinkedIn et son logo sont des marques déposées.',
    },
  ],
  [
    'de',
    {
      'Hi John,': 'Hallo John,',
      "I'd like to join your LinkedIn network.":
        'Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn hinzufügen.',
      "View Arthur Pemble's profile": 'Profil von Arthur Pemble anzeigen',
      'View profile': 'Profil anzeigen',
      Accept: 'Annehmen',
      'Change frequency': 'Häufigkeit ändern',
      Unsubscribe: 'Abbestellen',
      Help: 'Hilfe',
      'You are receiving Invitation emails.': 'Sie erhalten E-Mails zu Einladungen.',
      'This email was intended for': 'Diese E-Mail ist bestimmt für',
      'Learn why we included this': 'Warum wir dies angegeben haben',
      'LinkedIn and the LinkedIn logo are registered trademarks of LinkedIn.':
        'LinkedIn und sein Logo sind eingetragene Marken.',
    },
  ],
]

/** A mail of 2016 in one of them, both its parts. */
export const oldIn = (name: string, words: Readonly<Record<string, string>>): Buffer => {
  const edit = (text: string): string =>
    Object.entries(words).reduce(
      (rest, [english, other]) =>
        rest.replace(new RegExp(`(?<![\\w~-])${english.replaceAll('.', '\\.')}(?![\\w~-])`, 'gu'), () => other),
      text,
    )
  return withPart(withPart(eml(name), 'text/html', edit), 'text/plain', edit)
}
