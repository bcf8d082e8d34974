import type { Assumptions } from '../model/assumptions.ts'
import { newMistakes } from '../model/declare/declare.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { DeclaredScaleSet, ModelAssignment } from '../model/scenario.ts'
import { applyAssignments, classifyChange, describeChange, type ModelChange } from './model-change.ts'

/** What a write on the scale set comes to, before anybody acts on it. */
export type ModelUpdate =
  | { readonly kind: 'unchanged' }
  /** The service answers with an error and nothing changes. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly rule: string }
  | {
      readonly kind: 'changed'
      readonly model: ScaleSetModel
      readonly change: ModelChange
      readonly description: string
    }

/** Decides an `updateModel`: no change (RU-14), refused as the service would refuse it, or a new model. */
export function planUpdate(
  model: ScaleSetModel,
  assignments: readonly ModelAssignment[],
  declared: DeclaredScaleSet,
  assumptions: Assumptions,
): ModelUpdate {
  const applied = applyAssignments(model, assignments)
  if ('error' in applied) return { kind: 'refused', code: 'InvalidParameter', message: applied.error, rule: 'UM-4' }
  if (applied.model === model) return { kind: 'unchanged' }
  const change = classifyChange(model, applied.model, applied.changed)
  if (change.refused) return { kind: 'refused', ...change.refused }
  const plain = (one: ScaleSetModel) => one as unknown as Record<string, unknown>
  const [invalid] = newMistakes(model.name, plain(model), plain(applied.model), {
    assumptions,
    ...(declared.loadBalancerProbe === undefined ? {} : { loadBalancerProbe: declared.loadBalancerProbe }),
  })
  if (invalid)
    return {
      kind: 'refused',
      code: invalid.code === 'E0202' ? 'BadRequest' : 'InvalidParameter',
      message: invalid.message,
      rule: invalid.rule ?? (invalid.code === 'E0202' ? 'RP-2' : 'RP-4'),
    }
  return { kind: 'changed', model: applied.model, change, description: describeChange(model, applied.model) }
}
