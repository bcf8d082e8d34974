import { describe, expect, it } from 'vitest'
import { renderTrace, traceLine } from '../../src/report/trace-jsonl.ts'
import { badImage } from './sample-results.ts'

describe('renderTrace', () => {
  it('is a header and one JSON object per entry', () => {
    expect(`\n${[...renderTrace(badImage.result)].join('\n')}\n`).toMatchInlineSnapshot(`
      "
      {"formatVersion":1,"scenario":"bad-image","seed":1,"traceHash":"c3d81b6602f94ea7"}
      {"id":0,"at":"PT10M","atMs":600000,"what":"action.updateModel","subject":"vmss-authz","cause":null,"rule":null,"numbers":{}}
      {"id":1,"at":"PT10M","atMs":600000,"what":"rollout.started","subject":"vmss-authz rollout 0","cause":0,"rule":"RU-2","numbers":{"pending":30}}
      {"id":2,"at":"PT13M30S","atMs":810000,"what":"health.changed","subject":"vmss-authz/0","cause":1,"rule":"HE-9","numbers":{"from":"Healthy","to":"Unhealthy"}}
      {"id":3,"at":"PT18M","atMs":1080000,"what":"rollout.faulted","subject":"vmss-authz rollout 0","cause":2,"rule":"TH-5","numbers":{"count":6,"total":6,"limitPercent":20}}
      "
    `)
  })

  it('gives back every entry, with causes that come earlier', () => {
    const lines = [...renderTrace(badImage.result)].slice(1).map((line) => JSON.parse(line))
    expect(lines.map(({ at: _, ...entry }) => entry)).toEqual(badImage.result.trace)
    for (const { id, cause } of lines) if (cause !== null) expect(cause).toBeLessThan(id)
  })

  it('is only a header for a run that kept no trace', () => {
    expect([...renderTrace({ ...badImage.result, trace: [] })]).toHaveLength(1)
  })

  it('never breaks a line, whatever the entry holds', () => {
    const line = traceLine({
      id: 0,
      atMs: 1,
      what: 'a\nb',
      subject: '\r\u001b',
      cause: null,
      rule: null,
      numbers: { text: '\n' },
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(line).not.toMatch(/[\u0000-\u001f]/)
    expect(JSON.parse(line).what).toBe('a\nb')
  })
})
