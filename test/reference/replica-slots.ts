/**
 * Disks made from the replicas of one copy, GA-32: each replica serves so many at once, whoever comes first is served
 * first. Second by second: what is finished leaves, who is new joins the end of the line, the line moves up.
 */
export interface SlotsWorld {
  /** In the order in which they come. */
  readonly requests: readonly {
    readonly atS: number /** Gives up then, if it still waits. */
    readonly goneS?: number
  }[]
  readonly attachS: number
  readonly createsPerReplica: number
  /** How many replicas there are from which second on. */
  readonly replicas: readonly { readonly fromS: number; readonly count: number }[]
  readonly horizonS: number
}

/** The second in which each request gets its slot; null: never. */
export function grantTimes(world: SlotsWorld): (number | null)[] {
  const grants = world.requests.map((): number | null => null)
  let line: number[] = []
  let busyUntilS: number[] = []
  for (let nowS = 0; nowS <= world.horizonS; nowS++) {
    busyUntilS = busyUntilS.filter((untilS) => untilS > nowS)
    line = line.filter((index) => world.requests[index]!.goneS !== nowS)
    world.requests.forEach(({ atS }, index) => {
      if (atS === nowS) line.push(index)
    })
    const replicas = world.replicas.filter(({ fromS }) => fromS <= nowS).at(-1)!.count
    while (line.length > 0 && busyUntilS.length < replicas * world.createsPerReplica) {
      grants[line.shift()!] = nowS
      busyUntilS.push(nowS + world.attachS)
    }
  }
  return grants
}
