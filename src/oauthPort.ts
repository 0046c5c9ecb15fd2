import type { Granted, Tokens } from './core/tokens.ts'

/** A login that is made elsewhere, by a code that is typed there (RFC 8628). */
export interface DeviceLogin {
  /** Where the code is typed. */
  readonly address: string
  readonly code: string
  /** Milliseconds that the code is good for. */
  readonly lifetime: number
  /** Waits until the user has logged in. */
  granted(): Promise<Granted>
}

/** A login in a browser that comes back to this computer (RFC 8252), with PKCE (RFC 7636). */
export interface BrowserLogin {
  /** What is opened in the browser. */
  readonly address: string
  /** What the browser brings back. */
  readonly state: string
  /** Trades what the browser came back with. */
  granted(redirected: URL): Promise<Granted>
}

/**
 * The authorisation server of one account, asked as the user's own client (RFC 6749). What it gives is hidden from the
 * log from then on. Throws OperatorErrors: 69, 75, 77 refused, 78 settings; 130 when it was stopped.
 */
export interface Authorisation {
  /** @throws LoginExpired when the refresh token is taken no more */
  refresh(refreshToken: string): Promise<Granted>
  byDevice(): Promise<DeviceLogin>
  /** @param redirect where the browser comes back to */
  byBrowser(redirect: string): Promise<BrowserLogin>
}

/** A browser of this computer is waited for on a port of 127.0.0.1 that was free. */
export interface Loopback {
  readonly port: number
  /** The address that the browser came with, once it brings this state; any other request is turned away. */
  redirected(state: string): Promise<URL>
  close(): void
}

/** What is typed at a terminal. */
export interface TypedLines {
  next(): Promise<string>
  close(): void
}

/** Where the tokens of accounts are kept, each in a file of its own. */
export interface TokenStore {
  /** null where there is none, or it holds no tokens. @throws OperatorError 78 when others may read or change it */
  read(path: string): Tokens | null
  /** Durable when it returns. @throws OperatorError 75 full disk, 78 refused */
  write(path: string, tokens: Tokens): void
  /** Runs while no other process does so with the same file. @throws OperatorErrors where it could not be written */
  alone<T>(path: string, run: () => Promise<T>): Promise<T>
}
