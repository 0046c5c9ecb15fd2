/** Milliseconds since the epoch. Core never asks a clock: every instant is handed in. */
export type Instant = number

/** Milliseconds of a day. */
export const day = 24 * 60 * 60 * 1000

/** One field of the header as it stands in the message (RFC 5322 §2.2): unfolded, encoded words left alone. */
export interface Field {
  readonly name: string
  readonly value: string
}

/** A mailbox of RFC 5322 §3.4: decoded display name ('' when there is none) and addr-spec. */
export interface Address {
  readonly name: string
  readonly address: string
}

/** Html as a plain tree: elements and decoded text. Built at the edge, so that core needs no parser. */
export interface HtmlElement {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly HtmlNode[]
}

export type HtmlNode = HtmlElement | string

/**
 * A message as core reads it. `fields` holds every raw field in order, top first, because a doubled From or a
 * forged Authentication-Results is only seen there; the rest is what a MIME parser decoded.
 * `text` and `html` are the parts the message really has, never one made from the other. `defects` says, a sentence
 * each, what of it could not be read: a note may stand there.
 */
export interface Message {
  readonly fields: readonly Field[]
  readonly messageId: string | null
  readonly subject: string
  readonly date: Instant | null
  readonly from: readonly Address[]
  readonly to: readonly Address[]
  readonly replyTo: readonly Address[]
  readonly text: string | null
  readonly html: HtmlElement | null
  readonly defects: readonly string[]
}

/** The values of every field of that name, top first. Field names are case-insensitive (RFC 5322 §1.2.2). */
export const fieldValues = (message: Pick<Message, 'fields'>, name: string): readonly string[] =>
  message.fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map((field) => field.value)

/**
 * The msg-ids in a field such as References (RFC 5322 §3.6.4). Strangers write it, at any length: none of its characters
 * is gone over twice.
 */
export const msgIdsIn = (text: string): readonly string[] => text.match(/<[^\s<>@]+@[^\s<>]+>/gu) ?? []
