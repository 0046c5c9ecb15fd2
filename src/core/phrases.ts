/**
 * LinkedIn's own words in one language, as data (`config/phrases/*.yaml`). `{First}`, `{Name}`, `{Me}`, `{n}`,
 * `{word}`, `{any}` and `{rest}` stand for the inviter's first name, full name, the recipient, a number, one word, a short
 * run of words within one sentence, and whatever follows.
 */
export interface Phrases {
  readonly language: string
  /** The default sentences of an invitation, of every era. */
  readonly invitation: readonly string[]
  /** Greetings with which LinkedIn or a person begins: `Hi`, `Hello`. */
  readonly greetings: readonly string[]
  /** Closings before a signature: `Best regards`. */
  readonly closings: readonly string[]
  /** Bare greetings that `policy.shortNotes: none` does not count as a note. */
  readonly shortNotes: readonly string[]
  /** Sentences of the chrome round an invitation: preheader, headings, footers, upsell, relation lines. */
  readonly chrome: readonly string[]
  /** Labels of links: `Accept`, `View profile`, `View {Name}'s profile`. */
  readonly labels: readonly string[]
  /** Subjects that claim an invitation, a reminder, an acceptance. */
  readonly subjects: {
    readonly invitation: readonly string[]
    readonly reminder: readonly string[]
    readonly accepted: readonly string[]
  }
}
