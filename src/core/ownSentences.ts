/**
 * LinkedIn's own words in the places of a note, as patterns: default sentences of every era that was seen, and the
 * frames and greetings round them. They stay when a message is sanitized, so that it reads the same.
 */
const sentences = [
  "I('d| would) like to add you to my (professional|LinkedIn) network( on LinkedIn)?",
  "I('d| would) like to (connect with you on LinkedIn|join your (LinkedIn|professional) network)",
  'Since you are a person I trust, I wanted to invite you to join my network on LinkedIn',
  "I'm still waiting for your response",
  'Accept my invitation to connect on LinkedIn',
  'is waiting for your response',
  '\\d+ connections? in common',
  'me gustaría (añadirte a mi red profesional en LinkedIn|contactar contigo)',
  'Saya ingin menambahkan Anda ke jaringan profesional saya di LinkedIn',
  'vorrei aggiungerti alla mia rete professionale su LinkedIn',
  'Je vous invite à faire partie de mon réseau professionnel sur LinkedIn',
  "J'aimerais vous inviter à rejoindre mon réseau professionnel en ligne, sur le site LinkedIn",
  'Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn hinzufügen',
  'Eu gostaria de adicioná-lo\\(a\\) à minha rede profissional no LinkedIn',
  'Ik wil u graag toevoegen aan mijn professionele netwerk op LinkedIn',
]

const greetings = 'Hi|Hello|Hey|Hai|Hola|Hallo|Bonjour|Ciao|Dear|Olá'

const apostrophe = "(?:['’]|&#39;)"

/** Sources for a regular expression with the flags `iu`. */
export const ownSentences: readonly string[] = [
  ...sentences.map((sentence) =>
    sentence.replaceAll('(', '(?:').replaceAll('\\(?:', '\\(').replaceAll("'", apostrophe),
  ),
  `(?:(?<=^\\s*)|(?<=: ))(?:${greetings})(?= )`,
  'LinkedIn',
]

/** A greeting by name: `Hi Ada,` as a line or before more words, or `Ada Byron,` as a whole line. Group `name`. */
export const greetingPattern = new RegExp(
  `^\\s*(?:(?:${greetings})\\s+(?<name>\\p{Lu}[^,\\n]{0,50}),|(?!(?:${greetings}),)(?<name2>\\p{Lu}[\\p{L}'’.-]*(?: \\p{L}[\\p{L}'’.-]*){0,3}),\\s*$)`,
  'u',
)
