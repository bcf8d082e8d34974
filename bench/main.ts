import { fork } from 'node:child_process'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { type EstateFigures, measureEstate } from './estate.ts'
import { HOLD, HOLD_WITH_CANCELLATION, median, race } from './hold.ts'
import { measureAlone, measureMonteCarlo } from './monte-carlo.ts'
import { healthyRollout, measureRollouts, type RolloutFigures } from './rollout.ts'
import { measureSlider } from './slider.ts'
import { measureWeek } from './week.ts'

// The estate is played by a process of its own, so that the peak of its memory is its own.
if (process.argv[2] === 'estate') {
  process.send?.(measureEstate(Number(process.argv[3]), Number(process.argv[4])))
  process.disconnect?.()
} else if (process.argv[2] === 'alone') {
  process.send?.(await measureAlone())
  process.disconnect?.()
} else await everything()

async function everything(): Promise<void> {
  // Ratios of one run on one machine; a rate alone says little about another one.
  const ROUNDS = 7
  const SECONDS = 2

  const million = (rate: number) => `${(rate / 1e6).toFixed(1)} M/s`
  const rate = (runs: number) => runs.toFixed(runs < 100 ? 1 : 0)
  const times = (ratio: number) => `${ratio.toFixed(2)} x`

  function table(head: string[], rows: string[][]): void {
    const printed = new Table({ head, style: { head: [], border: [] } })
    printed.push(...rows)
    console.log(printed.toString())
  }

  console.log(
    `Node ${process.version} · ${os.cpus()[0]?.model ?? 'unknown processor'} · ${os.cpus().length} logical processors\n`,
  )

  console.log('Hold model, 1,000 pending events, the same delays for all, best of the rounds')
  const hold = race(HOLD, ROUNDS)
  const wheel = hold.get('event queue (timing wheel)')!
  const floors = new Map([
    ['flatqueue', '0.8 x'],
    ['tinyqueue (object heap)', '3 x'],
  ])
  table(
    ['queue', 'events', 'event queue is', 'floor'],
    [...hold].map(([name, rate]) => [name, million(rate), times(wheel / rate), floors.get(name) ?? '']),
  )

  console.log('\nThe same, each event also moves one other timer')
  const moved = race(HOLD_WITH_CANCELLATION, ROUNDS)
  const movedWheel = moved.get('event queue (timing wheel)')!
  table(
    ['queue', 'events', 'event queue is', 'floor'],
    [...moved].map(([name, rate]) => [
      name,
      million(rate),
      times(movedWheel / rate),
      name.includes('tombstones') ? '2 x' : '',
    ]),
  )

  console.log('\nA healthy rolling upgrade in three zones, digest on')
  const shapes = [
    { name: '10 instances', sets: 1, instances: 10 },
    { name: '100 instances', sets: 1, instances: 100 },
    { name: '1,000 instances', sets: 1, instances: 1000 },
    { name: '10,000 instances in 10 sets', sets: 10, instances: 1000 },
  ] as const
  const figures: { name: string; total: number; figures: RolloutFigures }[] = []
  for (const { name, sets, instances } of shapes)
    figures.push({
      name,
      total: sets * instances,
      figures: await measureRollouts(healthyRollout(sets, instances), SECONDS),
    })
  table(
    [
      'fleet',
      'runs/s',
      'best round',
      'events/run',
      'ns/event',
      'us/instance',
      'collections per M events',
      'peak memory',
    ],
    figures.map(({ name, total, figures: one }) => [
      name,
      rate(one.runsPerSecond),
      rate(one.runsPerSecondBest),
      String(one.eventsPerRun),
      (1e9 / one.runsPerSecond / one.eventsPerRun).toFixed(0),
      (1e6 / one.runsPerSecond / total).toFixed(2),
      one.collectionsPerMillionEvents.toFixed(1),
      `${one.peakMemoryMiB.toFixed(0)} MiB`,
    ]),
  )

  const thousand = figures[2]!
  const perInstance = (index: number) => 1e6 / figures[index]!.figures.runsPerSecond / figures[index]!.total
  // Without and with the trace, in turn, so that both meet the same neighbours.
  const ratios: number[] = []
  const holds: number[] = []
  for (let round = 0; round < 5; round++) {
    const scenario = healthyRollout(1, 1000)
    const bare = await measureRollouts(scenario, 0.6)
    const traced = await measureRollouts(scenario, 0.6, true)
    const queue = race(HOLD.slice(0, 1), 3).get('event queue (timing wheel)')!
    ratios.push(bare.runsPerSecond / traced.runsPerSecond)
    holds.push((bare.runsPerSecondBest * 1e6) / queue)
  }
  console.log('\nRatios of this run')
  table(
    ['what', 'ratio', 'wanted'],
    [
      [
        'rollouts of 1,000 instances per second, median and best round',
        `${rate(thousand.figures.runsPerSecond)}, ${rate(thousand.figures.runsPerSecondBest)}`,
        'floor 300, aim 1,000',
      ],
      // 300 a second where a hierarchical wheel with delays from a table held 23.2 M events a second.
      ['rollouts (best round) per million events of the hold loop', median(holds).toFixed(1), 'floor 12.9'],
      ['cost per instance, 10,000 against 100', times(perInstance(3) / perInstance(1)), 'at most 2 x'],
      ['run with the full trace kept, against without', times(median(ratios)), 'at most 2 x'],
    ],
  )

  console.log(
    '\nA week of 100 autoscaled Spot instances: five-second probes, an evaluation a minute, demand that moves every minute',
  )
  const week = measureWeek(15)
  table(
    ['processor time, median', 'best', 'events', 'events/s', 'evictions', 'scale actions', 'wanted'],
    [
      [
        `${week.seconds.toFixed(2)} s`,
        `${week.secondsBest.toFixed(2)} s`,
        String(week.events),
        rate(week.events / week.seconds),
        String(week.evictions),
        String(week.scaleActions),
        'below 2 s',
      ],
    ],
  )

  console.log('\nMonte Carlo of scenarios/tuning/30-instances.yaml, as run --runs plays it')
  const { own, one, two, scaling } = await measureMonteCarlo(7)
  const machine = await machineScaling(5)
  table(
    ['where', 'runs/s', 'best round', 'wanted'],
    [
      ['the thread of the command', rate(own.median), rate(own.best), 'at least 1,000 a core'],
      ['a pool of one thread', rate(one.median), rate(one.best), ''],
      ['a pool of two threads', rate(two.median), rate(two.best), ''],
      ['two threads against one, round by round', times(scaling.median), times(scaling.best), 'at least 1.80 x'],
      ['two processes against one: what this machine gives', times(machine.median), times(machine.best), ''],
    ],
  )

  console.log('\nThe time slider of a report in headless Chromium, a move until it is drawn')
  const sliders = await measureSlider([30, 1000])
  if (sliders === null) console.log('left out: no Chromium here; CHROMIUM names one')
  else
    table(
      ['instances', 'page', 'median', 'worst', 'against 30 instances', 'wanted'],
      sliders.map((one) => [
        String(one.instances),
        `${(one.bytes / 1e6).toFixed(2)} MB`,
        `${one.median.toFixed(1)} ms`,
        `${one.worst.toFixed(1)} ms`,
        times(one.median / sliders[0]!.median),
        one.instances === 1000 ? 'below 3 MB' : '',
      ]),
    )

  console.log('\nOne bad version published to an estate: automatic OS upgrade in ten regions, one process')
  const estates = [await estateInOwnProcess(2, 500), await estateInOwnProcess(20, 500)]
  table(
    [
      'scale sets',
      'instances',
      'load',
      'play',
      'events',
      'harmed',
      'halted',
      'heap held per instance',
      'peak memory',
      'wanted',
    ],
    estates.map((one) => [
      String(one.sets),
      String(one.instances),
      `${one.loadSeconds.toFixed(1)} s`,
      `${one.playSeconds.toFixed(1)} s`,
      String(one.events),
      String(one.harmed),
      String(one.halted),
      `${one.heapBytesPerInstance.toFixed(0)} B`,
      `${one.peakMemoryMiB.toFixed(0)} MiB`,
      'below 2 GiB',
    ]),
  )
}

/** Two processes that share nothing against one: more than this no pool of threads can reach here. */
async function machineScaling(rounds: number): Promise<{ readonly median: number; readonly best: number }> {
  const alone = () => inOwnProcess<number>(['alone'])
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const one = await alone()
    const both = await Promise.all([alone(), alone()])
    ratios.push((both[0] + both[1]) / one)
  }
  return { median: median(ratios), best: Math.max(...ratios) }
}

function estateInOwnProcess(setsPerRegion: number, instances: number): Promise<EstateFigures> {
  return inOwnProcess(['estate', String(setsPerRegion), String(instances)])
}

function inOwnProcess<T>(args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [...args], { execArgv: ['--expose-gc'] })
    child.once('message', (figures) => resolve(figures as T))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`${args[0]} ended with ${code}`))
    })
  })
}
