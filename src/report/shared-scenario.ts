/** What a link to the playground carries. Nothing of it leaves the page: it stands behind the # of the address. */
export interface SharedScenario {
  readonly yaml: string
  /** Name of the file it came from, for messages and for what it refers to. */
  readonly file: string
  /** Files that it refers to and that the page does not have, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Case of the file; absent: the base. */
  readonly case?: string
  /** The other side of a comparison. */
  readonly pinned?: string
  /** The moment that is shown, ms. */
  readonly atMs?: number
}

const FORMAT = 1

/** The text that is packed (raw DEFLATE, base64url) behind `#/share/`. */
export function sharedText({ yaml, file, files, case: chosen, pinned, atMs }: SharedScenario): string {
  return JSON.stringify([FORMAT, yaml, file, files ?? null, chosen ?? null, pinned ?? null, atMs ?? null])
}

/** What `sharedText` wrote; undefined for anything else. */
export function readSharedText(text: string): SharedScenario | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(value) || value[0] !== FORMAT) return undefined
  const [, yaml, file, files, chosen, pinned, atMs] = value as unknown[]
  if (typeof yaml !== 'string' || typeof file !== 'string') return undefined
  return {
    yaml,
    file,
    ...(isTexts(files) ? { files } : {}),
    ...(typeof chosen === 'string' ? { case: chosen } : {}),
    ...(typeof pinned === 'string' ? { pinned } : {}),
    ...(typeof atMs === 'number' && Number.isSafeInteger(atMs) && atMs >= 0 ? { atMs } : {}),
  }
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string')
