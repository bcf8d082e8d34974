import type { Assumptions } from './assumptions.ts'
import type { SourcePlace } from './diagnostic.ts'
import type { Distribution } from './distribution.ts'
import type { Expectation } from './expectation.ts'
import type { Finding } from './finding.ts'
import type { LoadBalancerProbe, ScaleSetModel } from './scale-set.ts'

/**
 * One scenario, loaded and checked: what is declared, what is true, what happens, what is expected. A plain immutable
 * value without positions or YAML; the engine reads nothing else. All times are integer milliseconds from the start.
 */
export interface Scenario {
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** The file it came from, as given on the command line; for messages and the replay line only. */
  readonly file?: string
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number
  /** The horizon. Default PT6H; below 2^31 ms (24.8 days). */
  readonly durationMs: number
  /** In order of declaration. At least one. */
  readonly scaleSets: readonly DeclaredScaleSet[]
  readonly world: World
  /** By time, ties in order of the file. */
  readonly timeline: readonly TimelineEntry[]
  readonly expect: readonly Expectation[]
  readonly assumptions: Assumptions
  /** Static findings, from the declaration alone. */
  readonly findings: readonly Finding[]
}

export interface DeclaredScaleSet {
  readonly model: ScaleSetModel
  /** The probe that `networkProfile.healthProbe` points to; `unresolved` when it is declared but cannot be read offline. */
  readonly loadBalancerProbe?: LoadBalancerProbe | 'unresolved'
}

/** The truth that Azure does not hold. Everything is filled in: defaults have been applied. */
export interface World {
  /** By canonical image key (see `imageKey`); an image not listed behaves as `defaultImage`. */
  readonly images: Readonly<Record<string, ImageTruth>>
  readonly defaultImage: ImageTruth
  /** Truth about model values other than the image: what happens to an instance whose model has these values. */
  readonly models: readonly ModelTruth[]
  readonly application: Application
  readonly regions: Readonly<Record<string, RegionTruth>>
  readonly timings: Timings
}

export interface ImageTruth {
  /** Power-on to guest up. */
  readonly boot: Distribution
  readonly defects: readonly Defect[]
}

export interface ModelTruth {
  readonly name: string
  /** Dotted path in the declared shape -> the value an instance's model must have for this to hold. */
  readonly when: Readonly<Record<string, unknown>>
  readonly defects: readonly Defect[]
}

/**
 * Something wrong with an image version or a model. `breaks` names dependencies, or one of the reserved words: `process`
 * (the application never listens), `boot` (the guest never comes up), `extensions` (an extension fails to install).
 */
export interface Defect {
  readonly name: string
  readonly breaks: readonly string[]
  /** Percent of instances it hits, drawn per instance and incarnation. 0-100. */
  readonly sharePercent: number
  /** From the end of boot until it bites. */
  readonly onset: Distribution
  /** How long it bites; absent: for good. */
  readonly duration?: Distribution
  /** Only in these zones; absent: everywhere. */
  readonly zones?: readonly string[]
  /** Only these instances, as `<set>/<number>`; absent: any. */
  readonly instances?: readonly string[]
}

export interface Application {
  /** Dependencies that serving really needs, besides the process. */
  readonly needs: readonly string[]
  /** End of boot to listening. */
  readonly startup: Distribution
  /** Listening to able to serve. */
  readonly warmup: Distribution
  /** By request path; for tcp probes the path is `tcp`. A path not listed is the honest probe: checks everything, answers as the extension expects. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  /** Custom metrics a probe body carries, by instance; the first entry that matches counts. CM-2. */
  readonly customMetrics: readonly CustomMetrics[]
}

export interface Endpoint {
  /** Dependencies it really checks; may contain `warmup`. */
  readonly checks: readonly string[]
  readonly answers: EndpointAnswer
  /** How long an answer takes while a check fails; from 30 s on the probe times out (HE-17). Milliseconds, default 0. */
  readonly failDelayMs: number
}

/**
 * `plain`: 200, or 503 when a check fails. `rich`: 200 with `ApplicationHealthState` `Healthy` or `Unhealthy`.
 * `honest`: whatever the declared health source understands. `fixed`: always that status and body.
 */
export type EndpointAnswer =
  | { readonly kind: 'plain' }
  | { readonly kind: 'rich' }
  | { readonly kind: 'honest' }
  | { readonly kind: 'fixed'; readonly status: number; readonly body?: string }

export interface CustomMetrics {
  /** `<set>/<number>`; absent: every instance. */
  readonly instances?: readonly string[]
  readonly zones?: readonly string[]
  /** The JSON text in the `customMetrics` string of the probe body. */
  readonly text: string
}

export interface RegionTruth {
  readonly zones: readonly string[]
  /** Fault domains of the region (regional) or of each zone. Default 3. */
  readonly faultDomains: number
  /** Most instances (all sets of the region together) the quota allows; absent: no limit. */
  readonly quotaInstances?: number
}

/** Durations of platform work. Defaults and their sources: `timings.ts`. */
export interface Timings {
  readonly createControlPlane: Distribution
  readonly extensionInstall: Distribution
  readonly osDiskSwap: Distribution
  readonly reimage: Distribution
  readonly resizeInPlace: Distribution
  readonly restart: Distribution
  readonly deallocate: Distribution
  readonly powerOff: Distribution
  readonly start: Distribution
  readonly delete: Distribution
  readonly deleteDeallocated: Distribution
  readonly applyModel: Distribution
  /** How long Azure waits for a guest that never reports (TM-06). */
  readonly provisioningTimeout: Distribution
}

export interface TimelineEntry {
  readonly atMs: number
  readonly place?: SourcePlace
  readonly action: Action
}

/** What people and the cloud do. `scaleSet` is always filled in for verbs that act on one set. */
export type Action =
  | { readonly verb: 'updateModel'; readonly scaleSet: string; readonly set: readonly ModelAssignment[] }
  | { readonly verb: 'reapply'; readonly scaleSet: string }
  | { readonly verb: 'manualUpgrade'; readonly scaleSet: string; readonly instances: readonly InstanceRef[] | '*' }
  | { readonly verb: 'startOSUpgrade'; readonly scaleSet: string }
  | { readonly verb: 'cancelRollingUpgrade'; readonly scaleSet: string }
  | { readonly verb: 'scaleTo'; readonly scaleSet: string; readonly capacity: number }
  | {
      readonly verb: 'protectInstance'
      readonly instances: readonly InstanceRef[]
      readonly protectFromScaleIn?: boolean
      readonly protectFromScaleSetActions?: boolean
    }
  | {
      readonly verb: 'reimage' | 'restart' | 'deleteInstance' | 'deallocate' | 'start'
      readonly instances: readonly InstanceRef[]
    }
  | {
      readonly verb: 'failDependency'
      readonly dependency: string
      readonly zones?: readonly string[]
      readonly scaleSets?: readonly string[]
      readonly forMs?: number
    }
  | {
      readonly verb: 'hangInstance' | 'breakInstance'
      readonly instances: readonly InstanceRef[]
      readonly forMs?: number
    }
  | { readonly verb: 'limitCapacity'; readonly region: string; readonly instances: number; readonly forMs?: number }

/** One assignment of `updateModel.set`. `value` undefined unsets (written `null`). */
export interface ModelAssignment {
  /** Dotted path as written, for messages. */
  readonly path: string
  /** Segments; a list member by name is `{ name }`. */
  readonly segments: readonly (string | { readonly name: string })[]
  readonly value: unknown
}

/** An instance by `<set>/<number>` (order of creation from 0), or by its Azure name. */
export type InstanceRef = { readonly scaleSet: string; readonly number: number } | { readonly name: string }
