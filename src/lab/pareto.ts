/** Nowhere worse and somewhere better; of every number less is better. [1, 2] dominates [1, 3], not [0, 3]. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false
    if (a[i]! < b[i]!) isBetter = true
  }
  return isBetter
}

/** Indexes of those that none dominates, in order. Equal ones do not dominate each other. */
export function frontOf(points: readonly (readonly number[])[]): number[] {
  return points.flatMap((point, index) => (points.some((other) => dominates(other, point)) ? [] : [index]))
}

/**
 * All indexes, best first: the front, then the front of what is left, and so on; within each those with the most room
 * around them first (the crowding distance of NSGA-II, Deb et al. 2002), so that a selection keeps the ends and what lies
 * far apart. Ties by order.
 */
export function rankOf(points: readonly (readonly number[])[]): number[] {
  const ranked: number[] = []
  let left = points.map((_, index) => index)
  while (left.length > 0) {
    const front = frontOf(left.map((index) => points[index]!)).map((at) => left[at]!)
    const room = roomOf(front.map((index) => points[index]!))
    ranked.push(
      ...front
        .map((index, at) => ({ index, room: room[at]! }))
        .sort((a, b) => (a.room === b.room ? a.index - b.index : b.room - a.room))
        .map(({ index }) => index),
    )
    const taken = new Set(front)
    left = left.filter((index) => !taken.has(index))
  }
  return ranked
}

/** Sum over the objectives of the distance between the two neighbours, each scaled by its range; the ends have endless room. */
function roomOf(points: readonly (readonly number[])[]): number[] {
  const room = points.map(() => 0)
  for (let objective = 0; objective < (points[0]?.length ?? 0); objective++) {
    const order = points.map((_, index) => index)
    order.sort((a, b) => points[a]![objective]! - points[b]![objective]! || a - b)
    const at = (position: number) => points[order[position]!]![objective]!
    const range = at(order.length - 1) - at(0)
    if (range === 0) continue
    order.forEach((index, position) => {
      const isEnd = position === 0 || position === order.length - 1
      room[index]! += isEnd ? Number.POSITIVE_INFINITY : (at(position + 1) - at(position - 1)) / range
    })
  }
  return room
}
