/** What picocolors and tmux write of SGR (ECMA-48 §8.3.117), as CSS. */
const styles: Readonly<Record<string, string>> = {
  1: 'font-weight: bold',
  2: 'color: #9a9a9a',
  31: 'color: #f28b82',
  32: 'color: #81c995',
  33: 'color: #fdd663',
}

const escaped = (text: string): string => text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;')

/** What is in force after one more code: 0 ends all, 22 the weights, 39 the colours. */
const after = (codes: readonly string[], code: string): readonly string[] => {
  if (code === '0' || code === '') return []
  if (code === '22') return codes.filter((one) => one.length > 1)
  if (code === '39') return codes.filter((one) => one.length === 1)
  return codes.concat(code)
}

/** A terminal's screen as a page. */
export const pageOf = (screen: string): string => {
  const [first = '', ...runs] = screen.trimEnd().split('\u001b[')
  let codes: readonly string[] = []
  const spans = runs.map((run) => {
    const end = run.indexOf('m')
    codes = run.slice(0, end).split(';').reduce(after, codes)
    const style = codes.map((code) => styles[code] ?? '').join('; ')
    return `<span style="${style}">${escaped(run.slice(end + 1))}</span>`
  })
  const look = 'display: inline-block; margin: 0; padding: 14px 18px; background: #1e1e1e; color: #e4e4e4'
  return `<pre style="${look}; font: 14px/1.4 'DejaVu Sans Mono', monospace">${escaped(first)}${spans.join('')}</pre>`
}
