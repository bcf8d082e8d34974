import { describe, expect, it } from 'vitest'
import {
  assignModelPath,
  formatModelPath,
  parseModelPath,
  readModelPath,
  resolveModelPath,
} from '../../../src/model/scenario/model-path.ts'

const EXTENSIONS = 'virtualMachineProfile.extensionProfile.extensions'
const MODEL = {
  sku: { name: 'a', capacity: 3 },
  tags: { Team: 'web' },
  virtualMachineProfile: { extensionProfile: { extensions: [{ name: 'health', settings: { port: 80 } }] } },
}

describe('a model path', () => {
  it.each(['sku.name', `${EXTENSIONS}[health].settings.port`, `${EXTENSIONS}[new.one].type`, 'tags.other', 'zones'])(
    '%s: what is assigned is read back, the rest and the document given stay as they are',
    (text) => {
      const segments = parseModelPath(text)!
      expect(formatModelPath(segments)).toBe(text)
      const before = JSON.stringify(MODEL)
      const after = assignModelPath(MODEL, segments, 'x')
      expect(readModelPath(after, segments)).toBe('x')
      expect(JSON.stringify(MODEL)).toBe(before)
      const removed = assignModelPath(after, segments, undefined)
      expect(readModelPath(removed, segments)).toBeUndefined()
      expect(readModelPath(removed, ['sku', 'capacity'])).toBe(3)
    },
  )

  it('keeps the name of a list member that is made on the way, and takes a whole member away', () => {
    const added = assignModelPath(MODEL, parseModelPath(`${EXTENSIONS}[patch].type`)!, 't')
    expect(readModelPath(added, parseModelPath(EXTENSIONS)!)).toEqual([
      { name: 'health', settings: { port: 80 } },
      { name: 'patch', type: 't' },
    ])
    const removed = assignModelPath(added, parseModelPath(`${EXTENSIONS}[health]`)!, undefined)
    expect(readModelPath(removed, parseModelPath(EXTENSIONS)!)).toEqual([{ name: 'patch', type: 't' }])
  })

  it.each(['', '.sku', 'sku.', 'sku..name', '[0]', 'a[b', 'a]b', 'a[b]c'])('%j is none', (text) => {
    expect(parseModelPath(text)).toBeUndefined()
  })

  it.each([
    ['SKU.NAME', 'sku.name'],
    ['tags.team', 'tags.Team'],
    ['tags.new', 'tags.new'],
    ['Properties.UpgradePolicy.Mode', 'upgradePolicy.mode'],
    [
      'virtualMachineProfile.storageProfile.osDisk.diskSizeGb',
      'virtualMachineProfile.storageProfile.osDisk.diskSizeGB',
    ],
    [`${EXTENSIONS}[0].properties.settings.PORT`, `${EXTENSIONS}[health].settings.port`],
    [`${EXTENSIONS}[HEALTH]`, `${EXTENSIONS}[health]`],
  ])('%s is spelt %s', (text, expected) => {
    const resolved = resolveModelPath(text, [MODEL])
    expect('segments' in resolved && formatModelPath(resolved.segments)).toBe(expected)
  })

  it.each([
    ['skuu', 1, 'did you mean sku?'],
    ['sku.nam', 5, 'did you mean sku.name?'],
    ['sku[x]', 4, 'brackets are for list members'],
    ['sku.name.x', 10, undefined],
    [`${EXTENSIONS}[4]`, EXTENSIONS.length + 1, 'it has health'],
    ['zones[0].x', 6, 'brackets are for list members'],
  ])('%s is a mistake at column %d', (text, column, hint) => {
    const resolved = resolveModelPath(text, [MODEL])
    if ('segments' in resolved) throw new Error('was resolved')
    expect([resolved.column, resolved.hint]).toEqual([column, hint])
  })
})
