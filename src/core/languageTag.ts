/** Characters of a language tag; nobody needs more (RFC 5646 §4.4.1), and mail may declare any. */
export const longestTag = 35

/** Whether a text is a language tag as templates are named by it (RFC 5646: a language, then subtags). */
export const isLanguage = (written: string): boolean => /^[a-z]{2,3}(-[A-Za-z\d]{2,8})*$/.test(written)
