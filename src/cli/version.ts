import { readFileSync } from 'node:fs'

interface Package {
  readonly name: string
  readonly version: string
}

/** Name and version from the package this file ships in. */
export function engine(): Package {
  const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Package
  return { name, version }
}
