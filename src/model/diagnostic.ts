/** Where a mistake stands. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * One mistake in what the user wrote: what, where, what instead (style §6). Codes are permanent and `explain` prints them.
 */
export interface Diagnostic {
  readonly code: string
  /** One sentence: which key, what was expected, the value that was found. */
  readonly message: string
  readonly place?: SourcePlace
  /** Path inside the document, e.g. `azure.scaleSets.vmss.sku.capacity`. */
  readonly path?: string
  /** What to write instead, the nearest known name, the parameter to give. */
  readonly hint?: string
  /** Id of the rule by which the service would refuse it. */
  readonly rule?: string
}

/** The user's input is wrong. Carries every mistake at once; the command line turns it into exit code 2. */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'))
    this.name = 'InputError'
    this.diagnostics = diagnostics
  }
}
