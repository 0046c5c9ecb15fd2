import type { TrustAdvice } from '../core/trustAdvice.ts'

type Proposal = Extract<TrustAdvice, { kind: 'trust' }>

const doubts: Readonly<Record<'loopback' | 'stranger', (ids: string) => string>> = {
  loopback: (ids) =>
    `anybody can write ${ids} into a message: set it only if what delivers to this computer removes such fields from mail that comes in`,
  stranger: (ids) =>
    `nothing shows that ${ids} is your mail server, and anybody can write it into a message: set it only if you know it`,
}

/** A word that begins with `*` is an alias in YAML unless it is quoted. */
const inYaml = (id: string): string => (id.startsWith('*') ? `'${id}'` : id)

const proposalInWords = ({ authservIds, written, level, doubt, pattern }: Proposal): readonly string[] => {
  const ids = authservIds.map(inYaml).join(', ')
  return [
    `its Authentication-Results would make it ${level}; if they are of your own mail server, set`,
    `  trust: { authservIds: [${ids}] }`,
    ...(pattern === null ? [] : [`if that server has others beside it with other numbers, write ${inYaml(pattern)}`]),
    ...(doubt === null ? [] : [doubts[doubt](written.join(' and '))]),
  ]
}

const unverifiedPolicy = 'policy.unverified: draft would answer such mail all the same, and forged mail too'

/** What to do where LinkedIn's mail is not trusted, a line each. `provider` is a name for people, or null. */
export const trustInWords = (advice: TrustAdvice, provider: string | null): readonly string[] => {
  const server = provider ?? 'this server'
  switch (advice.kind) {
    case 'trust':
      return proposalInWords(advice)
    case 'forged':
      return [
        'no setting makes this message LinkedIn’s; if it is forged, all is well, and the next check takes a newer one',
      ]
    case 'dns':
      return [
        'see that this machine can reach a DNS resolver: until it can, invitations wait',
        `${server} left no Authentication-Results that help without one`,
      ]
    case 'verify':
      return ['set trust.verifyDkim: true: the message carries LinkedIn’s signature, which is not looked at']
    case 'changed':
      return [
        'something between LinkedIn and this mailbox changed the message: a filter, a virus scanner, a list',
        `let ${server} check SPF, DKIM and DMARC itself, which leaves Authentication-Results to trust`,
        unverifiedPolicy,
      ]
    case 'nothing':
      return [
        `${server} left no Authentication-Results that help, and the message carries no signature of LinkedIn’s`,
        'let the server check SPF, DKIM and DMARC, or find out what takes the signature off',
        unverifiedPolicy,
      ]
  }
}
