/** Properties that need no number, in words. What decides them: `src/lab/invariants.ts`. */
export const INVARIANTS = {
  rolloutTerminates: 'Every rolling upgrade comes to an end before the run does.',
  goodImageCompletes: 'A rolling upgrade to a version or model without a defect completes, unless somebody cancels it.',
  blastRadiusWithinOneBatch:
    'In each scale set no more instances are harmed than one batch holds, for each version or model with a defect.',
  noZoneFullyDown: 'In no zone with two or more members there is a moment in which none of them serves.',
  capacityFloor:
    'No scale set ever serves with fewer than its capacity less one batch and less maxUnhealthyInstancePercent of it.',
  noRepairLoop: 'No instance is repaired twice without having been healthy in between.',
  noFlapping: 'Autoscale never takes back an action before its effect was felt.',
} as const

export type InvariantName = keyof typeof INVARIANTS
export const INVARIANT_NAMES = Object.keys(INVARIANTS) as readonly InvariantName[]
