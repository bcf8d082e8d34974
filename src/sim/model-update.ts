import type { Assumptions } from '../model/assumptions.ts'
import { declareScaleSet } from '../model/declare/declare.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
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
  const mistakes = (one: ScaleSetModel) =>
    declareScaleSet(model.name, one as unknown as Record<string, unknown>, {
      assumptions,
      ...(declared.loadBalancerProbe === undefined ? {} : { loadBalancerProbe: declared.loadBalancerProbe }),
    }).diagnostics
  const invalid = ofTheUpdate(mistakes(applied.model), () => mistakes(model))
  if (invalid)
    return {
      kind: 'refused',
      code: invalid.code === 'E0202' ? 'BadRequest' : 'InvalidParameter',
      message: invalid.message,
      rule: invalid.rule ?? (invalid.code === 'E0202' ? 'RP-2' : 'RP-4'),
    }
  return { kind: 'changed', model: applied.model, change, description: describeChange(model, applied.model) }
}

/**
 * What the update itself brings. A value of a template that cannot be worked out offline stands in the model as a text, where
 * the service has a list or a number: it was accepted when the set was declared.
 */
function ofTheUpdate(found: readonly Diagnostic[], before: () => readonly Diagnostic[]): Diagnostic | undefined {
  if (found.length === 0) return undefined
  const former = new Set(before().map(({ message }) => message))
  return found.find(({ message }) => !former.has(message))
}
