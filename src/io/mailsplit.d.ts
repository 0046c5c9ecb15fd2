/** mailsplit ships no types: the part of it that is used here, as read in its lib/. */
declare module 'mailsplit' {
  import type { Transform } from 'node:stream'

  export interface MimeNode {
    readonly type: 'node'
    readonly contentType: string | false
    readonly charset: string | false
    /** Content-Transfer-Encoding, in lower case. */
    readonly encoding: string | false
    /** Parsed once the node is emitted: one character an octet, folds as CRLF, top first. */
    readonly headers: { getList(): readonly { readonly key: string; readonly line: string }[] } | false
    readonly libmime: {
      decodeWords(value: string): string
      encodeWord(value: string, encoding: 'Q' | 'B', maxLength: number): string
    }
    /** The header as it came in, with the empty line that ends it. */
    getHeaders(): Buffer
    getDecoder(): Transform
    getEncoder(): Transform
  }

  export interface Data {
    readonly type: 'data' | 'body'
    readonly node: MimeNode
    readonly value?: Buffer
  }

  /** Octets in; MimeNode and Data out. */
  export const Splitter: new () => Transform
}
