import type { Place, Problem } from './settingsWords.ts'

/** What a YAML parser has against a text; `pos` are offsets. */
export interface YamlFault {
  readonly code: string
  readonly message: string
  readonly pos: readonly [number, number]
}

/** The parser's words where they speak of its own interface. */
const plainWords: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'only one YAML document may stand in the file',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
}

const wordsOf = ({ code, message }: YamlFault): string =>
  plainWords[code] ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`

/**
 * The first thing that is wrong with a YAML text; what follows is mostly its consequence. An alias is one too:
 * no setting needs it, while a cron expression without quotes is read as one.
 * @param aliases offsets of aliases
 */
export const yamlProblems = (
  faults: readonly YamlFault[],
  aliases: readonly number[],
  placeAt: (offset: number) => Place,
): Problem[] => {
  const [alias] = aliases
  if (alias !== undefined)
    return [{ ...placeAt(alias), text: 'a value that starts with * needs quotes, like "*/5 * * * *"' }]
  return faults.slice(0, 1).map((fault) => ({ ...placeAt(fault.pos[0]), text: wordsOf(fault) }))
}
