import { type InitAnswers, type InitChoices, type InitSecret, writtenFrom } from './initAnswers.ts'

/** One value of `.env` with the quotes that dotenv needs to read back exactly this; null where it has none for it. */
export const envValue = (value: string): string | null => {
  if (/\p{Cc}/u.test(value)) return null
  if (/^[\w.@/:+~*,-]+$/.test(value)) return value
  if (!value.includes("'")) return `'${value}'`
  if (!value.includes('`')) return `\`${value}\``
  return value.includes('"') || /\\[nr]/.test(value) ? null : `"${value}"`
}

interface Setting {
  readonly comment: string
  readonly values: readonly (readonly [variable: string, value: string])[]
}

const secretSetting = (secret: InitSecret): Setting => {
  switch (secret.kind) {
    case 'env':
      return {
        comment: 'What logs you in; nobody else may read this file.',
        values: [['IMAP_PASSWORD', secret.password]],
      }
    case 'file':
      return { comment: 'The file that holds what logs you in.', values: [['IMAP_PASSWORD_FILE', secret.path]] }
    case 'password-command':
      return { comment: 'Prints what logs you in.', values: [['IMAP_PASSWORD_COMMAND', secret.command]] }
    case 'access-token-command':
      return { comment: 'Prints an OAuth2 access token.', values: [['IMAP_ACCESS_TOKEN_COMMAND', secret.command]] }
  }
}

const settingsOf = ({ address, name, imap, smtp, caFile, secret, aliases }: InitAnswers): readonly Setting[] => [
  {
    comment: 'The server that keeps your mail, and the name you log in with.',
    values: [
      ['IMAP_HOST', imap.host],
      ['IMAP_PORT', String(imap.port)],
      ['IMAP_SECURITY', imap.security],
      ['IMAP_USER', imap.user],
    ],
  },
  secretSetting(secret),
  {
    comment: "Who signed the server's certificate.",
    values:
      caFile === null ? [] : [['IMAP_CA_FILE', caFile], ...(smtp === null ? [] : [['SMTP_CA_FILE', caFile] as const])],
  },
  { comment: 'You, as your replies name you.', values: [['MAIL_FROM', writtenFrom({ name, address })]] },
  {
    comment: 'Other addresses at which LinkedIn knows you.',
    values: aliases.length === 0 ? [] : [['MAIL_ALIASES', aliases.join(', ')]],
  },
  {
    comment: 'The server that sends (only for mode: send). The login is that of IMAP.',
    values:
      smtp === null
        ? []
        : [
            ['SMTP_HOST', smtp.host],
            ['SMTP_PORT', String(smtp.port)],
            ['SMTP_SECURITY', smtp.security],
            ...(smtp.user === imap.user ? [] : [['SMTP_USER', smtp.user] as const]),
          ],
  },
]

/** The text of `.env`, or the variable whose value cannot stand in one. */
export type EnvText = { readonly text: string } | { readonly impossible: string }

/** Writes `.env`: each setting with a comment, each value so that it is read back as it was given. */
export const envText = (answers: InitAnswers): EnvText => {
  const settings = settingsOf(answers).filter(({ values }) => values.length > 0)
  const [impossible] = settings.flatMap(({ values }) => values).filter(([, value]) => envValue(value) === null)
  if (impossible !== undefined) return { impossible: impossible[0] }
  const blocks = settings.map(
    ({ comment, values }) =>
      `# ${comment}\n${values.map(([variable, value]) => `${variable}=${envValue(value)}\n`).join('')}`,
  )
  const head = '# Your mail account, as have-we-met init asked for it. .env.example explains every variable there is.\n'
  return { text: [head, ...blocks].join('\n') }
}

/** JSON strings are YAML strings (YAML 1.2 §1.3), whatever stands in them. */
const yamlList = (items: readonly string[]): string => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`

/** Writes the config file: only what differs from the default, each with a comment. */
export const configText = ({ mode, mailboxes, authservIds }: InitChoices): string =>
  [
    '# What have-we-met shall do otherwise than by default. Every key there is stands with its default and a comment in',
    '# config/have-we-met.yaml of the program; whether all is well here, have-we-met check says.',
    ...(mode === 'draft'
      ? [
          '',
          '# Each reply waits in your Drafts mailbox. send would let those go out by themselves that may.',
          'mode: draft',
        ]
      : ['', '# A reply goes out by itself where that is safe; everything else waits in Drafts.', 'mode: send']),
    ...(mailboxes === 'auto'
      ? []
      : ['', "# Where LinkedIn's mail lay in the last 90 days.", `mailboxes: ${yamlList(mailboxes)}`]),
    ...(authservIds === 'auto'
      ? []
      : [
          '',
          '# The name with which your mail server marks mail that it found genuine.',
          'trust:',
          `  authservIds: ${yamlList(authservIds)}`,
        ]),
    '',
  ].join('\n')
