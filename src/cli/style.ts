import picocolors from 'picocolors'

/** How text is shown to people: coloured or plain, and how wide. */
export interface Style {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  readonly width: number
}

/**
 * Colours only on a terminal, never with NO_COLOR (no-color.org) or TERM=dumb.
 * @param width columns of the terminal, 100 where there is none
 */
export const styleFor = (
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style => {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  const colors = picocolors.createColors(coloured)
  return {
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    dim: colors.dim,
    bold: colors.bold,
    width: Math.max(60, stream.columns ?? 100),
  }
}
