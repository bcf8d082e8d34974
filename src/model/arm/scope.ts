import type { Diagnostic } from '../diagnostic.ts'
import type { JsonPath } from './json.ts'
import type { Value } from './value.ts'

/** One round of a `copy` loop. */
export interface CopyFrame {
  readonly name: string
  /** From 0; unknown when the count of the loop is. */
  readonly index: Value
  readonly of: 'resource' | 'property' | 'variable'
}

/** A function that the template declares under `functions`. */
export interface UserFunction {
  readonly parameters: readonly string[]
  readonly body: unknown
}

/** Where the template is deployed, as far as it is known. */
export interface Deployment {
  readonly name: string
  readonly contentVersion: string
  readonly subscriptionId: Value
  readonly resourceGroupName: Value
  readonly resourceGroupId: Value
  readonly location: Value
}

/** What the names in an expression mean at one place of the document. */
export interface Scope {
  /** Throws an `EvaluationError` for a name that is not declared; any casing is accepted. */
  readonly parameter: (name: string) => Value
  readonly variable: (name: string) => Value
  readonly userFunction: (namespace: string, name: string) => UserFunction
  /** Outermost first. */
  readonly copyFrames: readonly CopyFrame[]
  readonly lambdaVariables: ReadonlyMap<string, Value>
  readonly deployment: Deployment
  readonly run: Run
}

/** One evaluation of one file: what it has cost so far and what it has found. */
export interface Run {
  readonly report: (diagnostic: Omit<Diagnostic, 'place' | 'path'>, path: JsonPath) => void
  /** Calls made so far; bounded, so that a hostile template ends. */
  steps: number
  /** Evaluations inside one another right now. */
  depth: number
  /** Calls of newGuid() so far, which numbers its stand-ins. */
  newGuids: number
}

/** Calls in one evaluation. The largest published template of the sample needs about 5,000. */
export const STEPS_MAX = 500_000
/** Levels inside one another: functions in functions, variables of variables, members of objects on the way. */
export const DEPTH_MAX = 400
/** Most resources of one template, and most rounds of one `copy`; the platform's own limit. */
export const RESOURCES_MAX = 800
