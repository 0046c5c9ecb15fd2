/** A message that was delivered, as to what ought to have come of it. */
export interface Sent {
  readonly account: string
  readonly what: string
  /** One, or more when LinkedIn told of it again. */
  readonly messageIds: readonly string[]
  /** true: exactly one draft answers it. */
  readonly answered: boolean
  /** The user threw its draft away: it must not come back. */
  readonly removed: boolean
}

/** A draft on the server. */
export interface Draft {
  readonly account: string
  /** The msg-id in In-Reply-To. */
  readonly answers: string
}

/** How the process stood in quiet moments. */
export interface Measure {
  /** Octets of resident memory. */
  readonly resident: number
  /** Open file descriptors. */
  readonly handles: number
}

export interface Outcome {
  readonly sent: readonly Sent[]
  readonly drafts: readonly Draft[]
  /** msg-ids of invitations whose reply the program says it left to the user. */
  readonly left: ReadonlySet<string>
  readonly start: Measure
  readonly end: Measure
  /** What else went wrong, in sentences. */
  readonly faults: readonly string[]
}

export interface Verdict {
  readonly replies: number
  readonly lost: number
  readonly doubled: number
  /** Answered, though they were not to be. */
  readonly wrong: number
  /** Thrown away, and there again. */
  readonly returned: number
  readonly left: number
  /** Everything that is wrong, in sentences; none: the soak was passed. */
  readonly because: readonly string[]
}

const mebibyte = 1024 * 1024

/**
 * Resident memory may grow by so much: V8 lets its heap grow into what it may take before it gathers, and the system's
 * allocator keeps what was freed. See CONTRIBUTING.md for what was measured.
 */
export const residentAllowance = (resident: number): number => Math.max(24 * mebibyte, resident * 0.2)

/** A poll may be on its way in every sample: its socket, and a thread's two. */
export const handleAllowance = 3

type Fate = 'reply' | 'lost' | 'doubled' | 'wrong' | 'returned' | 'left' | 'rightly none'

const fateOf = (one: Sent, count: number, left: ReadonlySet<string>): Fate => {
  if (count > 1) return 'doubled'
  if (!one.answered) return count === 0 ? 'rightly none' : 'wrong'
  if (one.removed) return count === 0 ? 'rightly none' : 'returned'
  if (count === 1) return 'reply'
  return one.messageIds.some((id) => left.has(id)) ? 'left' : 'lost'
}

const bad: Readonly<Partial<Record<Fate, string>>> = {
  lost: 'was lost',
  doubled: 'was answered more than once',
  wrong: 'was answered, and was not to be',
  returned: 'came back after the user threw its draft away',
}

const inMebibytes = (octets: number): string => (octets / mebibyte).toFixed(1)

const growthOf = ({ start, end }: Outcome): readonly string[] => {
  const found: string[] = []
  if (end.resident > start.resident + residentAllowance(start.resident))
    found.push(`resident memory grew from ${inMebibytes(start.resident)} to ${inMebibytes(end.resident)} MiB`)
  if (end.handles > start.handles + handleAllowance)
    found.push(`open handles grew from ${start.handles} to ${end.handles}`)
  return found
}

/** What a soak came to: each invitation against the drafts that lie on the server, and the process against itself. */
export const judge = (outcome: Outcome): Verdict => {
  const { sent, drafts, left, faults } = outcome
  const draftsOf = (one: Sent): number =>
    drafts.filter(({ account, answers }) => account === one.account && one.messageIds.includes(answers)).length
  const fates = sent.map((one) => ({ one, fate: fateOf(one, draftsOf(one), left) }))
  const known = new Set(sent.flatMap(({ account, messageIds }) => messageIds.map((id) => `${account} ${id}`)))
  const strays = drafts.filter(({ account, answers }) => !known.has(`${account} ${answers}`))
  const count = (sought: Fate): number => fates.filter(({ fate }) => fate === sought).length
  return {
    replies: count('reply'),
    lost: count('lost'),
    doubled: count('doubled'),
    wrong: count('wrong') + strays.length,
    returned: count('returned'),
    left: count('left'),
    because: [
      ...fates.flatMap(({ one: { account, what, messageIds }, fate }) =>
        bad[fate] === undefined ? [] : [`${account}: ${what} ${messageIds.join(', ')} ${bad[fate]}`],
      ),
      ...strays.map(({ account, answers }) => `${account}: a draft answers ${answers || 'nothing'}, which nobody sent`),
      ...growthOf(outcome),
      ...faults,
    ],
  }
}
