import fc from 'fast-check'
import { isDefaultText } from '../../src/core/note.ts'
import { isSeparator } from '../../src/core/reading.ts'
import { visible } from '../../src/core/wording.ts'
import { wordsFor } from '../../src/core/words.ts'
import { phrases } from './mail.ts'

/** Notes that look like something else. */
const disguised: readonly string[] = [
  'Saw you on stage!',
  'Hoi',
  'Call 555-0199',
  'Managing Director at Example Foods | Cold chain',
  'Gothenburg, Sweden',
  "I'd like to join your LinkedIn network. We met in Oslo.",
  'Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn hinzufügen. Wir kennen uns aus Kiel.',
  'Accept: https://example.org/talk',
  'View profile: https://www.linkedin.com/in/ada-brandt',
  'https://example.org/?a=1&b=2',
  'Unsubscribe',
  'You are receiving Invitation emails.',
  'This email was intended for Rowan Ashby (Operations Manager Examplecorp)',
  '6 connections in common',
  'Ada, Engineer from Example Foods is waiting for your response',
  'Kind regards, the stranger from the train',
  '-- \nAda',
  '…',
  '-----',
  '👋',
  '👩‍🚀🚀',
  '1 < 2 & "3" > \'4\' &amp; &lt;b&gt; &#39;',
  '{{inviter.name}} <b>bold</b>',
  'مرحبا، التقينا في المؤتمر الأسبوع الماضي. أود التواصل معك.',
  'שלום, נפגשנו בכנס',
  'ご一緒した会議の件です',
  'สวัสดี เราเจอกันที่งาน',
  'नमस्ते, हम मेले में मिले थे',
  'First paragraph.\n\nSecond paragraph, with LinkedIn in it.\n\nThird.',
  'a\u200bb\u202ec\u00add',
  '\ue000We met in Oslo.',
]

const words = wordsFor(phrases, { inviter: null, recipient: null })

const generated = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
  fc.lorem({ mode: 'sentences', maxCount: 3 }),
  fc.array(fc.lorem({ maxCount: 8 }), { minLength: 2, maxLength: 4 }).map((paragraphs) => paragraphs.join('\n\n')),
)

/** A note as a person could write it: something is seen of it, and it is more than LinkedIn's own sentence. */
export const note: fc.Arbitrary<string> = fc
  .oneof({ arbitrary: fc.constantFrom(...disguised), weight: 2 }, { arbitrary: generated, weight: 3 })
  .filter((text) => visible(text) !== '' && !isSeparator(text) && !isDefaultText(text, words))

/** A text that would be one of LinkedIn's own wherever it stands outside the card. */
export const isOwnWords = (text: string): boolean => words.isChrome(text) || words.isLabel(text)

/** Any words in one line: a headline, a location, a name. */
export const oneLine: fc.Arbitrary<string> = fc
  .oneof(
    note,
    fc.constantFrom('Hi', "I'd like to join your LinkedIn network.", 'Gregory Whitfield', 'Petra Lindqvist', 'Accept'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  )
  .map((text) => visible(text))
  .filter((text) => text !== '')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as html: entities for what html would read otherwise, `<br>` for line ends. */
export const asHtml = (text: string): string =>
  text.replace(/[&<>"]/gu, (character) => entities[character] ?? '').replace(/\r\n|\r|\n/gu, '<br>')
