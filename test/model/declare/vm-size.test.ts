import { describe, expect, it } from 'vitest'
import { vCPUsOf } from '../../../src/model/declare/vm-size.ts'

describe('vCPUsOf', () => {
  it.each([
    ['Standard_D4as_v5', 4],
    ['standard_d16ads_v5', 16],
    ['Standard_B2ms', 2],
    ['Standard_F8s_v2', 8],
    ['Standard_D2_v3', 2],
    ['Standard_D3_v2', 4],
    ['Standard_DS13_v2', 8],
    ['Standard_A2_v2', 2],
    ['Standard_A8', 8],
    ['Basic_A1', 1],
    ['Standard_G3', 8],
    ['Standard_NC24ads_A100_v4', 24],
    ['Standard_HB120rs_v3', 120],
    ['Standard_M128ms', 128],
    ['Standard_E8-4as_v5', 4],
    ['Standard_DC2s_v3', 2],
  ])('%s -> %i', (size, vCPUs) => {
    expect(vCPUsOf(size)).toBe(vCPUs)
  })

  it.each(['', 'Custom', 'Standard_', 'Standard_Dx_v5', 'D4as_v5', 'Standard_D0s_v5'])('%s tells none', (size) => {
    expect(vCPUsOf(size)).toBeUndefined()
  })
})
