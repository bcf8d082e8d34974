import { type BodyType, propertiesOf } from './bodies.ts'
import { imageKey } from './image-key.ts'
import { isPlain } from './shape.ts'

type Body = Readonly<Record<string, unknown>>

/**
 * What was understood of bodies that are no scale set, one line each. They are outputs of Azure, so they tell the state of
 * a set, not its declaration.
 */
export function describeBodies(bodies: readonly { readonly type: BodyType; readonly value: Body }[]): string[] {
  const instances = bodies.filter((body) => body.type === 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines')
  const history = bodies.filter((body) => body.type === 'OS upgrade history entry')
  return [
    ...(instances.length === 0 ? [] : [describeInstances(instances.map((body) => body.value))]),
    ...(history.length === 0 ? [] : [describeHistory(history.map((body) => body.value))]),
    ...bodies.flatMap(({ type, value }) => describeOne(type, value)),
  ]
}

function describeOne(type: BodyType, value: Body): string[] {
  switch (type) {
    case 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades':
      return [describeRollingUpgrade(value)]
    case 'Microsoft.Compute/galleries/images/versions':
      return describeImageVersion(value)
    case 'scale set instance view':
      return describeSetView(value)
    case 'instance view':
      return [`instance view of one virtual machine: ${codes(value['statuses']).join(', ') || 'no status'}`]
    default:
      return []
  }
}

function describeRollingUpgrade(value: Body): string {
  const { policy, runningStatus, progress, error } = propertiesOf(value)
  const limits = isPlain(policy)
    ? `, policy ${['maxBatchInstancePercent', 'maxUnhealthyInstancePercent', 'maxUnhealthyUpgradedInstancePercent', 'pauseTimeBetweenBatches'].map((name) => String(policy[name] ?? '?')).join('/')}`
    : ''
  const code = isPlain(runningStatus) ? String(runningStatus['code']) : 'status unknown'
  const cause = isPlain(error) && error['code'] !== undefined ? `, error ${String(error['code'])}` : ''
  return `latest rolling upgrade: ${code}, ${counters(progress)}${limits}${cause}`
}

function describeHistory(entries: readonly Body[]): string {
  const parts = entries.map((entry) => {
    const { runningStatus, progress, startedBy } = propertiesOf(entry)
    return `${isPlain(runningStatus) ? String(runningStatus['code']) : 'status unknown'} started by ${String(startedBy ?? 'Unknown')} (${counters(progress)})`
  })
  return `OS upgrade history, ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}: ${parts.join('; ')}`
}

function counters(progress: unknown): string {
  const of = (name: string) => String(isPlain(progress) ? (progress[`${name}InstanceCount`] ?? 0) : '?')
  return `${of('successful')} successful, ${of('failed')} failed, ${of('inProgress')} in progress, ${of('pending')} pending`
}

/** Ids are kept as given: gaps are what overprovisioning leaves, and the next id is only known to be above the highest. */
function describeInstances(instances: readonly Body[]): string {
  const ids = instances.map((instance) => String(instance['instanceId'] ?? instance['name']))
  const properties = instances.map(propertiesOf)
  const latest = properties.filter((p) => p['latestModelApplied'] === true).length
  const updating = properties.filter((p) => p['provisioningState'] === 'Updating').length
  const numbers = ids.map(Number).filter(Number.isInteger)
  const next = numbers.length === ids.length ? `; the next id is unknown but above ${Math.max(...numbers)}` : ''
  return `${ids.length} instances with ids ${ids.join(', ')}: ${latest} on the latest model, ${updating} updating${next}`
}

/** Region names are display names there and short names elsewhere: `West US 2` is `westus2`. */
export function regionName(name: string): string {
  return name.toLowerCase().replace(/[\s-]/g, '')
}

function describeImageVersion(value: Body): string[] {
  const { publishingProfile, replicationStatus } = propertiesOf(value)
  const profile = isPlain(publishingProfile) ? publishingProfile : {}
  const key = imageKey({ id: String(value['id'] ?? value['name']) })
  const regions = (Array.isArray(profile['targetRegions']) ? profile['targetRegions'] : []).filter(isPlain)
  const summary =
    isPlain(replicationStatus) && Array.isArray(replicationStatus['summary'])
      ? replicationStatus['summary'].filter(isPlain)
      : []
  const states = new Map(summary.map((entry) => [regionName(String(entry['region'])), entry]))
  const usable: string[] = []
  const waiting: string[] = []
  for (const region of regions) {
    const name = regionName(String(region['name']))
    const state = states.get(name)
    if (state !== undefined && state['state'] !== 'Completed')
      waiting.push(`${name} (${String(state['state'])}, ${String(state['progress'] ?? 0)} %)`)
    else usable.push(region['excludeFromLatest'] === true ? `${name} (excluded from latest)` : name)
  }
  return [
    `gallery image version ${key}: usable in ${usable.join(', ') || 'no region'}${waiting.length === 0 ? '' : `, not yet in ${waiting.join(', ')}`}${profile['excludeFromLatest'] === true ? ', excluded from latest' : ''}`,
    isPlain(replicationStatus)
      ? `replication of ${key}: ${String(replicationStatus['aggregatedState'])}`
      : `replication of ${key} is not in the file (ask with --expand ReplicationStatus)`,
  ]
}

function describeSetView(value: Body): string[] {
  const machine = isPlain(value['virtualMachine']) ? value['virtualMachine']['statusesSummary'] : undefined
  const summary = (Array.isArray(machine) ? machine.filter(isPlain) : []).map(
    (s) => `${String(s['count'])} ${String(s['code'])}`,
  )
  const services = (
    Array.isArray(value['orchestrationServices']) ? value['orchestrationServices'].filter(isPlain) : []
  ).map((service) => {
    const suspended = service['serviceState'] === 'Suspended'
    return `${String(service['serviceName'])} is ${String(service['serviceState'])}${suspended ? ': nothing is repaired until a Resume' : ''}`
  })
  return [`scale set instance view: ${[...summary, ...services].join(', ') || 'no status'}`, ...services]
}

function codes(statuses: unknown): string[] {
  return (Array.isArray(statuses) ? statuses : []).filter(isPlain).map((status) => String(status['code']))
}
