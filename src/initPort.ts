/** What to choose from, in words. */
export interface Option<T extends string> {
  readonly value: T
  readonly label: string
}

/** Questions to the person at the terminal. Each throws Interrupted when they leave it unanswered. */
export interface Prompts {
  /** One line, without the spaces around it; `fault` says what is wrong with it, or null. */
  text(message: string, options: { readonly initial: string; fault(text: string): string | null }): Promise<string>
  /** One line that is not shown. */
  secret(message: string, fault: (text: string) => string | null): Promise<string>
  choose<T extends string>(message: string, options: readonly Option<T>[], initial: T): Promise<T>
  confirm(message: string, initial: boolean): Promise<boolean>
  /** What is under way, in a line that the next one takes the place of; null: nothing any more. */
  progress(text: string | null): void
}

/** The files that `init` writes. */
export interface Files {
  /** Whether anything stands there, be it a link to nowhere. */
  stands(path: string): boolean
  /** Throws OperatorError 78 where a file of that path could not be written. */
  permit(path: string): void
  /** Whole or not at all; whatever stands there is replaced, and a link is not followed. Throws OperatorErrors. */
  write(path: string, text: string, mode: number): void
}
