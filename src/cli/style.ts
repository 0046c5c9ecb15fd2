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

type Environment = Readonly<Record<string, string | undefined>>

/** Colours only on a terminal, never with NO_COLOR (no-color.org) or TERM=dumb. */
export const isColoured = (stream: { readonly isTTY?: boolean }, env: Environment): boolean =>
  stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'

/** The style for a stream; it is 100 columns wide where it is no terminal. */
export const styleFor = (stream: { readonly isTTY?: boolean; readonly columns?: number }, env: Environment): Style => {
  const colors = picocolors.createColors(isColoured(stream, env))
  return {
    good: colors.green,
    bad: colors.red,
    warn: colors.yellow,
    dim: colors.dim,
    bold: colors.bold,
    width: Math.max(60, stream.columns ?? 100),
  }
}
