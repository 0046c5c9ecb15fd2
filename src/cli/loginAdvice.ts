import { trustFor } from '../core/providers.ts'
import type { Account } from '../core/settings.ts'

type LoginOf = Pick<Account, 'name'> & { readonly imap: Pick<Account['imap'], 'host'> }

interface Written {
  readonly provider: string
  readonly further: readonly (readonly [variable: string, key: string, value: string])[]
}

const google: Written = {
  provider: 'google',
  further: [['IMAP_OAUTH_CLIENT_SECRET_FILE', 'clientSecretFile', 'THE FILE WITH ITS SECRET']],
}
const other: Written = {
  provider: 'other',
  further: [
    ['IMAP_OAUTH_ISSUER', 'issuer', 'https://login.example.org'],
    ['IMAP_OAUTH_SCOPE', 'scope', 'openid offline_access'],
  ],
}

const writtenFor = (host: string): Written => {
  const { provider } = trustFor(host, 'auto')
  if (provider === 'Microsoft') return { provider: 'microsoft', further: [] }
  return provider === 'Gmail' ? google : other
}

/** The settings with which an account logs in by OAuth2: lines of `.env`, and of the config file. */
export const loginLines = ({ name, imap }: LoginOf): readonly string[] => {
  const { provider, further } = writtenFor(imap.host)
  const all = [
    ['IMAP_OAUTH_PROVIDER', 'provider', provider],
    ['IMAP_OAUTH_CLIENT_ID', 'clientId', 'THE ID OF YOUR OWN CLIENT'],
    ...further,
  ] as const
  return [
    'write into .env, in place of the password:',
    ...all.map(([variable, , value]) => `  ${variable}=${value}`),
    `or into the config file, below imap of the account ${name}:`,
    `  oauth: {${all.map(([, key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')}}`,
    'docs/operations.md says how a client of your own is registered; there is no shared one',
  ]
}
