/** A way to read octets as text, and to write the text as the same octets. */
export interface Charset {
  readonly decode: (bytes: Uint8Array) => string
  readonly encode: (text: string) => Uint8Array
}

const singleByte = /^(?:windows-125\d|windows-874|iso-8859-\d{1,2}|koi8-[ru]|macintosh|x-mac-cyrillic|ibm866)$/

const utf8: Charset = {
  decode: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  encode: (text) => new TextEncoder().encode(text),
}

/** Told by the octets: U+FFFD may stand in a text that is well-formed. */
const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes) !== null
  } catch {
    return false
  }
}

/** The canonical name of a charset; null where nothing here can read it. */
const canonical = (label: string): string | null => {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}

/**
 * Octet by octet and as a stream, because Node 20 decodes windows-1252 as ISO-8859-1 in one go.
 * An octet that means nothing becomes a character of the private use area; a letter that has no octet becomes `x`.
 */
const tableOf = (label: string): Charset => {
  const decoder = new TextDecoder(label)
  const characters = Array.from({ length: 256 }, (_, octet) => {
    const character = decoder.decode(Uint8Array.of(octet), { stream: true })
    return character === '\ufffd' ? String.fromCharCode(0xf700 + octet) : character
  })
  const octets = new Map(characters.map((character, octet) => [character, octet]))
  return {
    decode: (bytes) => Array.from(bytes, (octet) => characters[octet]).join(''),
    encode: (text) => Uint8Array.from(text, (character) => octets.get(character) ?? 0x78),
  }
}

/**
 * The charset of a text that says it is in `label`; null where it could not be written back. Octets that are UTF-8 are
 * read as such where the label is of an ASCII superset of one octet a character, since programs mislabel it.
 */
export const charsetOf = (label: string, bytes: Uint8Array): Charset | null => {
  const name = canonical(label || 'us-ascii')
  if (name !== 'utf-8' && (name === null || !singleByte.test(name))) return null
  return isUtf8(bytes) ? utf8 : tableOf(name === 'utf-8' ? 'windows-1252' : name)
}
