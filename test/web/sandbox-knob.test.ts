import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/model/scenario/load.ts'
import type { KnobValue } from '../../src/web/edit/knob.ts'
import { sandboxKnob } from '../../src/web/lessons/sandbox-knob.ts'
import { FILES } from './files.ts'

function sandboxOf(name: string) {
  const file = `scenarios/lessons/${name}.yaml`
  return loadScenario(FILES[file]!, file, { readFile: () => undefined }).lesson!.sandbox
}

/** A knob of the sandbox of a shipped lesson, by its place. */
function knob(name: string, at: number, turned?: KnobValue) {
  const { label, control, value, rules } = sandboxKnob(sandboxOf(name)[at]!, turned, undefined)
  const shown =
    control.kind === 'options'
      ? control.options.map((one) => `${JSON.stringify(one.value) === JSON.stringify(value) ? '> ' : '  '}${one.text}`)
      : value
  return { label, shown, rules }
}

describe('a knob of the sandbox', () => {
  it('calls its values what the lesson calls them, and stands where the file does', () => {
    expect(knob('10-two-health-sources', 0)).toMatchObject({
      label: 'Load-balancer probe in the profile',
      shown: ['> yes', '  no'],
    })
    expect(knob('17-a-canary-by-replication', 0).shown).toEqual(['  eastus alone', '> both'])
  })

  it('can be turned to nothing', () => {
    expect(knob('10-two-health-sources', 0, null).shown).toEqual(['  yes', '> no'])
  })

  it('of a duration has what the file holds at its place, as it is spelled there', () => {
    const levels = (name: string, at: number, turned?: KnobValue) => {
      const { control, value } = sandboxKnob(sandboxOf(name)[at]!, turned, undefined)
      if (control.kind !== 'duration') throw new Error('no duration')
      return { at: control.levels.indexOf(value as string), first: control.levels[0], count: control.levels.length }
    }
    expect(levels('20-one-replica', 2)).toEqual({ at: 5, first: 'PT10S', count: 18 })
    expect(levels('20-one-replica', 2, 'PT15S')).toEqual({ at: 1, first: 'PT10S', count: 19 })
  })

  it('of an assumption stands at the default of the twin, with its rule', () => {
    expect(knob('15-cancel-is-not-undo', 2)).toMatchObject({ shown: true, rules: ['RU-11'] })
    expect(knob('05-percent-of-what', 0)).toMatchObject({ shown: ['> upgraded', '  total'], rules: ['TH-6', 'TH-7'] })
    expect(knob('23-repairs-gave-up', 1)).toMatchObject({ shown: 3, rules: ['RE-12'] })
  })
})
