import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Instance } from './instance.ts'
import { type Run, ruleCode, traceCode } from './run.ts'

const DELETE_FAILED = traceCode('instance.deleteFailed')

/** Attempts of resilient delete, the first one included. PL-64. */
export const DELETE_ATTEMPTS = 5
/** What the attempts end in that are tried again; the world says how often, not which of the three. PL-64. */
const TRANSIENT_ERROR = 'InternalExecutionError'

/** `ResilientVMDeletionStatus` of an instance after a failed attempt. PL-64. */
export type DeletionStatus = 'Disabled' | 'In Progress' | 'Failed'

/**
 * What follows a failed attempt to delete: with the policy another one, five in all. PL-64.
 *
 * Without the policy Disabled at once.   Attempts 1 to 4 In Progress.   Attempt 5 Failed.
 */
export function afterFailedDelete(attempt: number, isResilient: boolean): DeletionStatus {
  if (!isResilient) return 'Disabled'
  return attempt < DELETE_ATTEMPTS ? 'In Progress' : 'Failed'
}

/** Deletes that fail, as the world has it, and whether they are tried again. */
export class ResilientDelete {
  private readonly run: Run
  private readonly failPercent: number
  /** Draws so far, and attempts of the present delete, by instance. */
  private readonly draws = new Map<Instance, number>()
  private readonly attempts = new Map<Instance, number>()
  private readonly rule = ruleCode('PL-64')

  constructor(run: Run) {
    this.run = run
    this.failPercent = run.scenario.world.faults?.deletes?.failPercent ?? 0
  }

  /** Whether the attempt that ends now has failed, and what follows; null: it has succeeded. */
  outcome(instance: Instance): DeletionStatus | null {
    const { run } = this
    if (this.failPercent === 0) return null
    const draw = this.draws.get(instance) ?? 0
    this.draws.set(instance, draw + 1)
    const stream = run.stream(`deleteFailure/${instance.set.name}`)
    if (stream.uniform(instance.id, draw) * 100 >= this.failPercent) return null
    instance.set.faults.failedDeletes++
    const attempt = (this.attempts.get(instance) ?? 0) + 1
    const status = afterFailedDelete(attempt, deletesResiliently(instance.set.model))
    if (status === 'In Progress') this.attempts.set(instance, attempt)
    else this.attempts.delete(instance)
    run.record(DELETE_FAILED, instance.index, this.rule, run.text(TRANSIENT_ERROR), attempt, run.text(status))
    return status
  }
}

function deletesResiliently(model: ScaleSetModel): boolean {
  const resiliency = model['resiliencyPolicy'] as
    | { readonly resilientVMDeletionPolicy?: { readonly enabled?: boolean } }
    | undefined
  return resiliency?.resilientVMDeletionPolicy?.enabled === true
}
