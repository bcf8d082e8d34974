import type { Runner } from '../runner.ts'
import type { Variant } from '../variant.ts'
import type { FuzzCase } from './case.ts'
import type { JudgedCase } from './judge-cases.ts'

/** Cases of one batch: some tens of milliseconds, so that little is played in vain when a property breaks. */
const BATCH = 16

/**
 * Cases of a search that are played in other threads before it asks for them. A search draws its cases from its seed alone,
 * so they are known beforehand; in what order they are finished changes nothing. In a single thread nothing is played ahead.
 */
export class CasesAhead {
  private readonly variant: Variant
  private readonly runner: Runner
  private readonly draw: () => readonly FuzzCase[]
  private cases: readonly FuzzCase[] | null = null
  private next = 0
  private readonly judged = new Map<string, Promise<JudgedCase>>()

  constructor(variant: Variant, runner: Runner, draw: () => readonly FuzzCase[]) {
    this.variant = variant
    this.runner = runner
    this.draw = draw
  }

  /** What became of this case, by its JSON; undefined: it is not among those played ahead. */
  async take(key: string): Promise<JudgedCase | undefined> {
    if (this.runner.parallel === 1) return undefined
    this.cases ??= this.draw()
    while (this.judged.size < this.runner.parallel * BATCH && this.next < this.cases.length) this.send(this.cases)
    const judged = await this.judged.get(key)
    this.judged.delete(key)
    return judged
  }

  private send(all: readonly FuzzCase[]): void {
    const cases = all.slice(this.next, this.next + BATCH)
    this.next += BATCH
    const batch = this.runner.judge({ variant: this.variant, cases })
    cases.forEach((one, index) => {
      const own = batch.then((judged) => judged[index]!)
      // Nobody may ever ask for it; whoever does hears of the failure.
      own.catch(() => {})
      this.judged.set(JSON.stringify(one), own)
    })
  }
}
