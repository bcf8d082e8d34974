/**
 * Replication of image versions as the fact sheet tells it (fleet.md 2.3), second by second and without a queue of events:
 * in every second everybody looks whether it is their turn. Slow, and short enough to be read beside the sheet.
 */
export interface ReferenceWorld {
  readonly versions: readonly ReferenceVersion[]
  /** What 30 GB take in the source region, and in any other. */
  readonly sourceS: number
  readonly otherS: number
  readonly baseS: number
  readonly capS: number
  /** 0: none. */
  readonly gridS: number
  readonly sourceRegionFirst: boolean
  readonly horizonS: number
}

export interface ReferenceVersion {
  readonly name: string
  readonly source: string
  readonly mode: 'Full' | 'Shallow'
  readonly sizeGB: number
  /** By time. The first one publishes the version and names its source region. */
  readonly requests: readonly ReferenceRequest[]
  /** By region: what the world says of its copy. */
  readonly truth: Readonly<Record<string, { readonly takesS?: number; readonly fails: boolean }>>
}

export interface ReferenceRequest {
  readonly atS: number
  /** Regions asked for; those that have the version, or are about to, stay as they are. */
  readonly add?: readonly string[]
  readonly remove?: string
}

export interface ReferenceEnd {
  readonly version: string
  readonly region: string
  readonly state: 'Completed' | 'Failed'
  readonly atS: number
}

interface Copy {
  state: 'Replicating' | 'Completed' | 'Failed'
  askedS: number
  /** When the copying itself began; -1 while it waits for the source region. */
  begunS: number
}

export function replicate(world: ReferenceWorld): ReferenceEnd[] {
  const ends: ReferenceEnd[] = []
  for (const version of world.versions) {
    const copies = new Map<string, Copy>()
    for (let nowS = 0; nowS <= world.horizonS; nowS++) {
      for (const request of version.requests) if (request.atS === nowS) ask(copies, request, nowS)
      // The source region first, so that whoever waits for it sees its end in the same second.
      const regions = [...copies.keys()].sort((a, b) => Number(b === version.source) - Number(a === version.source))
      for (const region of regions) {
        const copy = copies.get(region)!
        const state = look(copy, region, copies.get(version.source), version, world, nowS)
        if (copy.state !== 'Replicating' || state === 'Replicating') continue
        copy.state = state
        ends.push({ version: version.name, region, state, atS: nowS })
      }
    }
  }
  return ends
}

function ask(copies: Map<string, Copy>, { add = [], remove }: ReferenceRequest, nowS: number): void {
  if (remove !== undefined) copies.delete(remove)
  for (const region of add) {
    // GA-20: one that has failed can be asked for again.
    if (copies.get(region)?.state === 'Failed') copies.delete(region)
    if (!copies.has(region)) copies.set(region, { state: 'Replicating', askedS: nowS, begunS: -1 })
  }
}

function look(
  copy: Copy,
  region: string,
  source: Copy | undefined,
  version: ReferenceVersion,
  world: ReferenceWorld,
  nowS: number,
): Copy['state'] {
  // GA-23: the others start when the source region completes. If it does not, they have nothing to copy.
  if (copy.begunS < 0) {
    const waits = world.sourceRegionFirst && region !== version.source
    if (waits && source?.state === 'Failed') return 'Failed'
    if (waits && source?.state !== 'Completed') return 'Replicating'
    copy.begunS = nowS
  }
  const truth = version.truth[region]
  const workS = truth?.takesS ?? durationS(region === version.source, version, world)
  const workedS = nowS - copy.begunS
  // GA-20, GA-22: six hours, then it has failed.
  if (workS > world.capS) return workedS >= world.capS ? 'Failed' : 'Replicating'
  // Measured: ends lie on a grid, counted from the request.
  const isOnGrid = world.gridS === 0 || (nowS - copy.askedS) % world.gridS === 0
  if (workedS < workS || !isOnGrid) return 'Replicating'
  return truth?.fails ? 'Failed' : 'Completed'
}

/** GA-22: base + GB / rate, the rate being such that 30 GB take what was given. GA-25: Shallow is the base alone. */
function durationS(isSource: boolean, { mode, sizeGB }: ReferenceVersion, world: ReferenceWorld): number {
  if (mode === 'Shallow') return world.baseS
  const givenS = isSource ? world.sourceS : world.otherS
  const secondsPerGB = (givenS - world.baseS) / 30
  return world.baseS + sizeGB * secondsPerGB
}
