import { expect, it } from 'vitest'
import { renderColumns } from '../../src/cli/columns.ts'
import { styleFor } from '../../src/cli/style.ts'

const plain = styleFor({ isTTY: false }, {})

it.each(['佐藤 さくら', '김민수 부장', 'Zoë Jiřina', '🚀 Ann Berg'])(
  'a name stands on one line, however wide its letters are: %s',
  (name) => {
    const rows = renderColumns(['FROM', 'WHAT'], [[name, 'drafted']], plain).split('\n')
    expect(rows[1]).toMatch(new RegExp(`^${name} +drafted$`, 'u'))
  },
)
