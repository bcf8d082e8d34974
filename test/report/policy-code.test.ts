import { describe, expect, it } from 'vitest'
import { assignmentsOf, policySpaceOf } from '../../src/lab/policy-space.ts'
import type { PlayedPolicy } from '../../src/lab/tune.ts'
import { loadVariant } from '../../src/lab/variant.ts'
import { DEFAULT_ASSUMPTIONS } from '../../src/model/assumptions.ts'
import { declareScaleSet } from '../../src/model/declare/declare.ts'
import { importDeclared } from '../../src/model/declare/import.ts'
import { loadScenarios } from '../../src/model/scenario/load.ts'
import { bicepValue, policyCode } from '../../src/report/policy-code.ts'
import { POLICY, smallFleet, sourceOf } from '../lab/small-fleet.ts'

const TEXT = smallFleet(`  - { path: ${POLICY}.maxBatchInstancePercent, values: [10, 25] }
  - { path: ${POLICY}.pauseTimeBetweenBatches, values: [PT0S, PT5M] }
  - { path: ${POLICY}.maxSurge, values: [false, true] }
  - { path: azure.scaleSets.web.automaticRepairsPolicy.enabled, values: [true] }
  - { path: azure.scaleSets.web.automaticRepairsPolicy.gracePeriod, values: [PT20M] }
  - { path: azure.scaleSets.web.automaticRepairsPolicy.repairAction, values: [Reimage] }`)

const { source, scenario } = sourceOf(TEXT)
const space = policySpaceOf(source, [], scenario)
const values = [25, 'PT5M', true, true, 'PT20M', 'Reimage']
const policy: PlayedPolicy = {
  values,
  set: assignmentsOf(space, values),
  changes: 6,
  objectives: {},
  point: [],
  completed: 1,
  failed: [],
  unmet: [],
  runs: 1,
}
const code = policyCode({ scenario, space }, policy)

const ROLLING = {
  maxBatchInstancePercent: 25,
  maxUnhealthyInstancePercent: 30,
  pauseTimeBetweenBatches: 'PT5M',
  maxSurge: true,
}
const REPAIRS = { enabled: true, gracePeriod: 'PT20M', repairAction: 'Reimage' }

describe('a tuned policy as code', () => {
  it('--set: the assignments give the policy', () => {
    const { model } = loadVariant({ source, set: code.set }).scaleSets[0]!
    expect(model.upgradePolicy).toEqual({ mode: 'Rolling', rollingUpgradePolicy: ROLLING })
    expect(model.automaticRepairsPolicy).toEqual(REPAIRS)
  })

  it('patch: a case that the scenario file takes as it is, with the same policy', () => {
    const [, tuned, ...more] = loadScenarios(`${TEXT}\n${code.patch}`, 'small.yaml', { readFile: () => undefined })
    expect(more).toEqual([])
    expect(tuned!.case).toBe('tuned')
    expect(tuned!.scaleSets).toEqual(loadVariant({ source, set: code.set }).scaleSets)
    expect(tuned!.expect.map(({ text }) => text)).toEqual(['rollouts.length == 1'])
  })

  it('ARM: the importer reads a template and declares the very set, without a complaint', () => {
    const text = JSON.stringify(code.arm)
    const imported = importDeclared(text, 'tuned.json', {})
    expect(imported.diagnostics).toEqual([])
    expect(imported.kind).toBe('armTemplate')
    const [set] = imported.scaleSets
    const declared = declareScaleSet(set!.name, set!.document, {
      placeOf: set!.placeOf,
      attachedInstances: 0,
      notes: set!.notes,
      apiVersion: set!.apiVersion!,
      assumptions: DEFAULT_ASSUMPTIONS,
    })
    expect(declared.diagnostics).toEqual([])
    const { model } = loadVariant({ source, set: code.set }).scaleSets[0]!
    expect(declared.model).toEqual(model)
  })

  it('ARM: extensions have their properties in a bag, as the service wants them', () => {
    const [resource] = code.arm.resources
    expect(resource).toMatchObject({
      type: 'Microsoft.Compute/virtualMachineScaleSets',
      name: 'web',
      location: 'eastus',
      zones: ['1', '2', '3'],
      properties: {
        orchestrationMode: 'Flexible',
        virtualMachineProfile: {
          extensionProfile: { extensions: [{ name: 'health', properties: { type: 'ApplicationHealthLinux' } }] },
        },
      },
    })
    expect(Object.keys(resource!['properties'] as object)).not.toContain('name')
  })

  it('Bicep: says what ARM says', () => {
    const { type, apiVersion, ...body } = code.arm.resources[0]! as Record<string, unknown>
    const [, head, value] = /^resource vmss '([^']+)' = ([\s\S]+)$/.exec(code.bicep)!
    expect(head).toBe(`${String(type)}@${String(apiVersion)}`)
    expect(readBicep(value!)).toEqual(body)
  })

  it('az: one request with all that differs', () => {
    expect(code.az).toEqual([
      'az vmss update --resource-group <resource-group> --name web --set upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent=25 upgradePolicy.rollingUpgradePolicy.pauseTimeBetweenBatches=PT5M upgradePolicy.rollingUpgradePolicy.maxSurge=true automaticRepairsPolicy.enabled=true automaticRepairsPolicy.gracePeriod=PT20M automaticRepairsPolicy.repairAction=Reimage',
    ])
  })

  it('fragments: the sections that the space is about, whole', () => {
    expect(code.fragments).toEqual([
      {
        scaleSet: 'web',
        properties: {
          upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy: ROLLING },
          automaticRepairsPolicy: REPAIRS,
        },
      },
    ])
  })

  it('nothing to change: no command, no assignment, no patch', () => {
    const declared = space.fields.map((field) => field.declared)
    const { az, set, patch } = policyCode({ scenario, space }, { ...policy, values: declared, set: [] })
    expect({ az, set, patch }).toEqual({ az: [], set: [], patch: '' })
  })

  it.each([
    ["it's", "'it\\'s'"],
    ['a\x24{b}', "'a\\\x24{b}'"],
    ['back\\slash\nline', "'back\\\\slash\\nline'"],
  ])('Bicep text %j -> %s', (text, written) => {
    expect(bicepValue(text)).toBe(written)
    expect(readBicep(written)).toBe(text)
  })

  it('Bicep: an odd key is quoted, a fraction goes through json()', () => {
    expect(bicepValue({ 'a-b': [], c_1: {}, d: 0.5, e: true })).toBe(
      "{\n  'a-b': []\n  c_1: {}\n  d: json('0.5')\n  e: true\n}",
    )
  })
})

/** A reader of the part of Bicep that holds values, for this test only. */
function readBicep(text: string): unknown {
  let at = 0
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const word = (): string => {
    const [found] = /^(?:'(?:\\.|[^'\\])*'|[\w.-]+)/s.exec(text.slice(at)) ?? []
    if (found === undefined) throw new Error(`no value at ${text.slice(at, at + 20)}`)
    at += found.length
    return found
  }
  const plain = (token: string): unknown => {
    if (token.startsWith("'"))
      return token
        .slice(1, -1)
        .replace(/\\(.)/gs, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter)
    return token === 'true' ? true : token === 'false' ? false : Number(token)
  }
  const value = (): unknown => {
    skip()
    const open = text[at]
    if (open !== '{' && open !== '[') return plain(word())
    at++
    const members: [string, unknown][] = []
    for (skip(); text[at] !== '}' && text[at] !== ']'; skip()) {
      if (open === '[') members.push(['', value()])
      else {
        const key = word().replace(/^'|'$/g, '')
        if (text[at++] !== ':') throw new Error(`no colon after ${key}`)
        members.push([key, value()])
      }
    }
    at++
    return open === '[' ? members.map(([, item]) => item) : Object.fromEntries(members)
  }
  return value()
}
