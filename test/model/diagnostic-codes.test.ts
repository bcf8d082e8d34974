import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIAGNOSTIC_CODES } from '../../src/model/diagnostic-codes.ts'

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sources(path)
    return path.endsWith('diagnostic-codes.ts') ? [] : [readFileSync(path, 'utf8')]
  })
}

const used = new Set(sources('src').flatMap((text) => [...text.matchAll(/'(E0\d{3})'/g)].map((match) => match[1]!)))
const known = new Set(DIAGNOSTIC_CODES.map(({ code }) => code))

describe('diagnostic codes', () => {
  it('every code that is reported has an entry that explain prints', () => {
    expect([...used].filter((code) => !known.has(code))).toEqual([])
  })

  it('every entry is reported somewhere', () => {
    expect([...known].filter((code) => !used.has(code))).toEqual([])
  })
})
