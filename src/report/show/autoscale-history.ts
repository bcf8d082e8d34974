import type { AutoscaleEvent } from '../../sim/autoscale/history.ts'
import type { RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { logTime } from './clock.ts'
import { autoscaleSettingId, guid, scaleSetId } from './identity.ts'
import type { Row } from './table.ts'

/**
 * The run history of the autoscale settings of a set, as records of the autoscale resource logs. Names: AS-42. No recorded
 * log is at hand, so the envelope (`time`, `resourceId`, `category`, `correlationId`, `property`) follows the published
 * schema alone.
 */
export interface AutoscaleHistory {
  readonly value: readonly {
    readonly time: string
    readonly resourceId: string
    readonly operationName: string
    readonly category: 'AutoscaleScaleActions' | 'AutoscaleEvaluations'
    /** Of an action: how it ended. */
    readonly resultType?: string
    readonly resultDescription: string
    readonly correlationId: string
    readonly property: {
      readonly targetResourceId: string
      readonly selectedAutoscaleProfile: string
      readonly currentInstanceCount: number
      readonly newInstanceCount: number
      readonly scaleDirection: string
    }
  }[]
}

/** Newest first, as activity is listed everywhere. */
export function autoscaleHistory(run: RunSnapshot, set: ScaleSetSnapshot): AutoscaleHistory {
  const { scenario } = run
  return {
    value: run.autoscaleHistory
      .filter(({ scaleSet }) => scaleSet === set.name)
      .map((event, at) => ({
        time: logTime(event.atMs),
        resourceId: autoscaleSettingId(scenario, event.setting).toUpperCase(),
        operationName: operationOf(event),
        category:
          event.event === 'AutoscaleAction' ? ('AutoscaleScaleActions' as const) : ('AutoscaleEvaluations' as const),
        ...(event.resultType === null ? {} : { resultType: event.resultType }),
        resultDescription: event.resultDescription,
        correlationId: guid(scenario, event.setting, 'event', at),
        property: {
          targetResourceId: scaleSetId(scenario, set.model),
          selectedAutoscaleProfile: event.selectedAutoscaleProfile,
          currentInstanceCount: event.currentInstanceCount,
          newInstanceCount: event.newInstanceCount,
          scaleDirection: event.scaleDirection ?? 'None',
        },
      }))
      .reverse(),
  }
}

const operationOf = ({ event }: AutoscaleEvent): string => (event === 'AutoscaleAction' ? 'InstanceScaleAction' : event)

export function autoscaleHistoryRows({ value }: AutoscaleHistory): Row[] {
  return value.map(({ time, operationName, resultType = '', resultDescription, property }) => ({
    Time: time.slice(0, 'yyyy-mm-dd hh:mm:ss'.length),
    OperationName: operationName,
    Profile: property.selectedAutoscaleProfile,
    From: property.currentInstanceCount,
    To: property.newInstanceCount,
    ResultType: resultType,
    ResultDescription: resultDescription,
  }))
}
