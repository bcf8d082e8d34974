import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

const PAYMENTS = 'scenarios/payments-after.yaml'
const BAD = 'scenarios/bad-image.yaml'

interface Document {
  readonly results: readonly {
    readonly verdict: string
    readonly stories: readonly {
      readonly expectations: readonly number[]
      readonly headline: string
      readonly steps: readonly {
        readonly text: string
        readonly entries: readonly number[]
        readonly instances: readonly string[] | null
      }[]
      readonly chain: readonly number[]
      readonly differs: {
        readonly complete: boolean
        readonly plays: number
        readonly tried: readonly { readonly name: string; readonly refused: readonly unknown[] }[]
        readonly flips: readonly {
          readonly name: string
          readonly from: unknown
          readonly to: unknown
          readonly stillHolds: unknown
          readonly set: string
          readonly before: string
          readonly after: string
          readonly also: readonly { readonly name: string; readonly to: unknown; readonly set: string }[]
          readonly command: string
        }[]
      } | null
    }[]
    readonly sources: readonly { readonly id: string; readonly source: string }[]
  }[]
}

const why = async (...args: string[]): Promise<string> => (await cli(['why', ...args])).stdout
const documentOf = async (...args: string[]) => (JSON.parse(await why(...args, '-o', 'json')) as Document).results[0]!

/** Plays a command that was printed, with assignments on top, and reads the result. */
async function playCommand(command: string, ...more: string[]) {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
  expect(words[0]).toBe('vmss-twin')
  const { stdout } = await cli([...words.slice(1), ...more, '-o', 'json'])
  const document = JSON.parse(stdout) as {
    results: {
      rollouts: { status: string; errorCode: string | null }[]
      expectations: { verdict: string }[]
    }[]
  }
  return document.results[0]!
}

const outcome = ({ status, errorCode }: { status: string; errorCode: string | null }) =>
  errorCode === null ? status : `${status}, ${errorCode}`

describe('why', () => {
  it('tells the story of payments-after in at most twelve lines', async () => {
    const { code, stdout } = await cli(['why', PAYMENTS])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(12)
    expect(stdout).toMatchInlineSnapshot(`
      "✓ PASS payments-after: 14 expectations hold; rollout 1 of vmss-authz-eastus Faulted, sparing 24
        01:15:00   Faulted after batch 1: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)
        01:07:31 ← vmss-authz-eastus/6 and 5 more: not healthy in 5 min; disk restored (TH-12, AO-15)
        01:02:41 ← vmss-authz-eastus/6 Unhealthy: /ready answered 200 Unhealthy, 3 in a row (HE-12)
        01:02:17 ← hsm unreachable: the baseline tightens the firewall (image galProd/ubuntu-app/1.7.0)
        01:00:00 ← batch 1 gave 6 of 30 instances galProd/ubuntu-app/1.7.0 (BT-1)
        01:00:00 ← automatic OS upgrade finds galProd/ubuntu-app/1.7.0: 30 instances behind (AO-7)
        Differs    maxUnhealthyUpgradedInstancePercent 100 instead of 20 (99 does not): Completed
                   vmss-twin run scenarios/payments-after.yaml --seed 3 --set azure.scaleSets.vmss-authz-eastus.upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent=100
        Sources    REST reference: RollingUpgradePolicy (TH-5); Azure documentation: automatic OS image
                   upgrade (TH-12, AO-7), Application Health extension (HE-12), configure rolling upgrades
                   (BT-1); undocumented (AO-15)
      "
    `)
  }, 120_000)

  it('tells which step led to which in bad-image', async () => {
    expect(await why(BAD, '--no-search')).toMatchInlineSnapshot(`
      "✓ PASS bad-image: 5 expectations hold; rollout 1 of vmss-authz Faulted, sparing 24
        00:22:00   Faulted after batch 1: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)
        00:12:11 ← vmss-authz/3 and 5 more Unhealthy: /ready answered 200 Unhealthy, 3 in a row (HE-12)
        00:11:47 ← hsm unreachable: firewall tightened (image galProd/ubuntu-app/1.7.0)
        00:10:00 ← batch 1 gave 6 of 30 instances imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (UM-3)
                   6 instances harmed by firewall tightened (image galProd/ubuntu-app/1.7.0), from
                   00:11:59 to 00:16:46
                   error code MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade
        Sources    REST reference: RollingUpgradePolicy (TH-5); Azure documentation: Application Health
                   extension (HE-12), configure rolling upgrades (BT-1), upgrade policy modes (UM-3)
      "
    `)
  })

  it('tells a failed expectation by the harm that it measures', async () => {
    expect(await why(BAD, '--no-search', '--set', 'expect[3]=blastRadius.percent <= 10')).toMatchInlineSnapshot(`
      "✗ FAIL bad-image: blastRadius.percent <= 10 does not hold: it was 20
        00:11:59   vmss-authz/0 can serve no more
        00:11:29 ← hsm unreachable: firewall tightened (image galProd/ubuntu-app/1.7.0)
        00:10:00 ← batch 1 gave 6 of 30 instances imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (UM-3)
                   6 instances harmed by firewall tightened (image galProd/ubuntu-app/1.7.0), from
                   00:11:59 to 00:16:46
                   rollout 1 of vmss-authz Faulted at 00:22:00
        Sources    Azure documentation: configure rolling upgrades (BT-1), upgrade policy modes (UM-3)
      "
    `)
  })

  it('tells several failed expectations, those of one chain together', async () => {
    const set = [
      'expect=["rollouts[0].status == Completed", "rollouts[0].failed == 0", "availability.minServing >= 30"]',
    ]
    const { stories } = await documentOf(BAD, '--no-search', '--set', set[0]!)
    expect(stories.map(({ expectations }) => expectations)).toEqual([[1, 2], [3]])
    expect(await why(BAD, '--no-search', '--set', set[0]!)).toMatchInlineSnapshot(`
      "✗ FAIL bad-image: rollouts[0].status == Completed does not hold: it was Faulted; rollouts[0].failed
        == 0 does not hold: it was 6
        00:22:00   Faulted after batch 1: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)
        00:12:11 ← vmss-authz/3 and 5 more Unhealthy: /ready answered 200 Unhealthy, 3 in a row (HE-12)
        00:11:47 ← hsm unreachable: firewall tightened (image galProd/ubuntu-app/1.7.0)
        00:10:00 ← batch 1 gave 6 of 30 instances imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (UM-3)
        Sources    REST reference: RollingUpgradePolicy (TH-5); Azure documentation: Application Health
                   extension (HE-12), configure rolling upgrades (BT-1), upgrade policy modes (UM-3)

      ✗ FAIL bad-image: availability.minServing >= 30 does not hold: it was 24
        00:11:29   hsm unreachable: firewall tightened (image galProd/ubuntu-app/1.7.0)
        00:10:00 ← batch 1 gave 6 of 30 instances imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (UM-3)
                   637.9 instance-minutes of 6 instances lost to firewall tightened (image
                   galProd/ubuntu-app/1.7.0) first at 00:11:29
                   22.1 instance-minutes of 6 instances lost to rolling upgrade 1 of vmss-authz at
                   00:10:00 (RU-1)
        Sources    Azure documentation: configure rolling upgrades (BT-1), upgrade policy modes (UM-3)
      "
    `)
  })

  it('tells a rollout that other instances halted, with whom the test counted', async () => {
    expect(await why('scenarios/living/spot-evictions-halt.yaml', '--no-search')).toMatchInlineSnapshot(`
      "✓ PASS spot-evictions-halt: 6 expectations hold; rollout 1 of vmss-batch Faulted, sparing 5
        00:16:00   Faulted after batch 1: 3 of 10 instances in the scale set unhealthy = 30 % > 20 %
                   (TH-3)
        00:11:30 ← vmss-batch/8 and 2 more without a health signal (HE-23)
        00:11:30 ← vmss-batch/8 is evicted (Deallocate) (SP-03)
        00:11:00 ← a Preempt of vmss-batch/8 is announced for 00:11:30 at the earliest (SP-02)
        00:11:00 ← Azure takes back 3 of the 8 Spot instances of vmss-batch (SP-01)
                   error code MaxUnhealthyInstancePercentExceededInRollingUpgrade
        Sources    Azure documentation: automatic OS image upgrade (TH-3), Spot virtual machines (SP-03,
                   SP-02, SP-01); public issue MicrosoftDocs/azure-docs#98458 (HE-23)
      "
    `)
  })

  it('tells why a rollout went through, and how near it came', async () => {
    expect(await why('scenarios/conformance/w07-last-one-fails.yaml', '--no-search')).toMatchInlineSnapshot(`
      "✓ PASS w07-last-one-fails: 7 expectations hold; rollout 1 of vmss Completed
        00:25:00   1 of 5 upgraded instances unhealthy = 20 % <= 20 % (TH-5)
        00:21:00 ← vmss/4 Unknown: /health was refused: nothing listens (HE-12)
        00:19:50 ← the application does not listen: bad host (image galTest/app/1.1.0)
        00:18:00 ← batch 5 gave 1 of 5 instances imageReference galTest/app 1.0.0 -> 1.1.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galTest/app 1.0.0 -> 1.1.0 (UM-3)
                   rollout 1 of vmss Completed at 00:25:00
                   1 instance harmed by bad host (image galTest/app/1.1.0), at 00:19:50
        Sources    REST reference: RollingUpgradePolicy (TH-5); Azure documentation: Application Health
                   extension (HE-12), configure rolling upgrades (BT-1), upgrade policy modes (UM-3)
      "
    `)
  })

  it('tells what happened to one instance, by either of its names', async () => {
    const byNumber = await why(BAD, '--instance', 'vmss-authz/3', '--no-search')
    expect(byNumber).toMatchInlineSnapshot(`
      "bad-image: vmss-authz/3 (vmss-authz_e4e4f626) harmed at 00:12:17
        00:12:17   vmss-authz/3 can serve no more
        00:11:47 ← hsm unreachable: firewall tightened (image galProd/ubuntu-app/1.7.0)
        00:10:00 ← batch 1 gave 6 of 30 instances imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (BT-1)
        00:10:00 ← the model is changed: imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0 (UM-3)
                   it was harmed to the end of the run
        Sources    Azure documentation: configure rolling upgrades (BT-1), upgrade policy modes (UM-3)
      "
    `)
    const [, name] = /\((\S+)\)/.exec(byNumber)!
    expect(await why(BAD, '--instance', name!.toUpperCase(), '--no-search')).toBe(byNumber)
  })

  it('tells an instance of which there is nothing to tell', async () => {
    expect(await why(BAD, '--instance', 'vmss-authz/29', '--no-search')).toMatch(
      /^bad-image: vmss-authz\/29 \(\S+\) served from the start and was never down\n$/,
    )
  })

  it('tells everything that led to a trace entry, an entry a line', async () => {
    const { written } = await cli(['run', BAD, '--trace', 't.jsonl', '-q'])
    const ended = written
      .get('t.jsonl')!
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: number; what: string })
      .find(({ what }) => what === 'rollout.ended')!
    expect(await why(BAD, '--entry', String(ended.id))).toMatchInlineSnapshot(`
      "bad-image: trace entry 97, rollout.ended
        00:22:00   #97 the rollout of vmss-authz ended Faulted: 0 successful, 6 failed,
                   MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade (TH-5)
        00:22:00 ← #96 the test before going on with vmss-authz: 6 of 6 upgraded instances unhealthy =
                   100 % > 20 % (TH-5)
        00:12:11 ← #57 vmss-authz/3 is reported Unhealthy, Initializing before (HE-12)
        00:11:47 ← #52 firewall tightened (image galProd/ubuntu-app/1.7.0) bites on vmss-authz/3
        00:11:47 ← #51 the guest of vmss-authz/3 is up
        00:10:50 ← #48 vmss-authz/3 is switched on; its guest takes 56.756 s to boot
        00:10:00 ← #37 vmss-authz/3 is changed: a new OS disk (UM-5)
        00:10:00 ← #34 batch 1 of vmss-authz starts with 6 instances, at most 6 (BT-1)
        00:10:00 ← #33 the test before going on with vmss-authz: 0 of 30 instances in the scale set
                   unhealthy = 0 % <= 20 % (TH-1)
        00:10:00 ← #32 rollout 1 of vmss-authz starts (ModelChange): 30 instances to do, 30 in the set
                   (RU-1)
        00:10:00 ← #31 the model of vmss-authz is changed: imageReference galProd/ubuntu-app 1.6.2 ->
                   1.7.0, mode Rolling (UM-3)
        Sources    REST reference: RollingUpgradePolicy (TH-5); Azure documentation: Application Health
                   extension (HE-12), MaxSurge (UM-5), configure rolling upgrades (BT-1, TH-1, RU-1),
                   upgrade policy modes (UM-3)
      "
    `)
  })

  it('says that an expectation without a sample is undecided, and what there was instead', async () => {
    expect(
      await why(
        'scenarios/playbook/05-os-upgrade-does-nothing.yaml',
        '--case',
        'base',
        '--no-search',
        '--set',
        'expect=["rollouts[0].status == Completed"]',
      ),
    ).toMatchInlineSnapshot(`
      "? UNDECIDED 05-os-upgrade-does-nothing: rollouts[0].status == Completed is undecided: nothing was
        measured at rollouts.0.status
        06:00:00   automatic OS upgrade of vmss-web does nothing for 10 instances: the health extension on
                   the instances is another version than the one in the model (BT-11)
        00:36:30 ← version galProd/web/1.1.0 is available in eastus after 6 min 30 s (GR-3)
                   no rollout started
        Sources    Azure documentation: instance protection (BT-11), Azure Compute Gallery (GR-3)
      "
    `)
  })

  it.each([
    {
      file: 'scenarios/playbook/01-build-identity-denied.yaml',
      says: 'run 1 of template aib-web ended Failed: AuthorizationFailed',
      why: 'a build that failed, not the upgrade that found nothing for it',
    },
    {
      file: 'scenarios/playbook/03-pinned-version.yaml',
      says: 'The model names galProd/web/1.0.0, which is one fixed image',
      why: 'the finding that the file expects',
    },
    {
      file: 'scenarios/living/flapping-example.yaml',
      says: 'autoscale of web makes a scale-in smaller: from 30 to 20 instances 97.5 > 70',
      why: 'the first expectation that the trace has something of',
    },
    {
      file: 'scenarios/quick-check/3-mode-is-not-the-switch.yaml',
      says: 'no capacity was lost, and nothing was refused',
      why: 'nothing else there is to tell',
    },
  ])('without a rollout and without a loss $file tells $why', async ({ file, says }) => {
    const text = (await why(file, '--no-search')).replace(/\s+/g, ' ')
    expect(text).toContain(says)
    expect(text.match(/no rollout started/g)).toHaveLength(1)
  })

  it('says until when an instance was harmed', async () => {
    expect(await why(PAYMENTS, '--no-search', '--instance', 'vmss-authz-eastus/6')).toContain(
      'it was harmed until 01:07:31',
    )
    expect(await why(BAD, '--no-search', '--instance', 'vmss-authz/3')).toContain('it was harmed to the end of the run')
  })

  it('names the batch of a surge, and says nothing twice', async () => {
    const text = await why('scenarios/lessons/13-max-surge.yaml', '--no-search')
    expect(text).toContain('← batch 5 of vmss-web starts with 4 instances, at most 4, as new ones (MaxSurge) (MS-1)')
    // Its closest call is the last test, which the end of the story has.
    expect(text).not.toContain('closest call')
    expect(await why('scenarios/conformance/w05-bad-image.yaml', '--no-search', '--case', 'base')).not.toContain(
      'in the whole run',
    )
    expect(await why('scenarios/lessons/17-a-canary-by-replication.yaml', '--no-search')).toContain(
      'in the whole run 8 instances harmed by firewall tightened',
    )
  })

  it('the story of every failed expectation is in the JSON, with the sources of its rules', async () => {
    const { verdict, stories, sources } = await documentOf(BAD, '--no-search', '--rollout', '1')
    expect(verdict).toBe('pass')
    expect(stories).toHaveLength(1)
    expect(stories[0]!.differs).toBeNull()
    expect(stories[0]!.chain.length).toBeGreaterThan(stories[0]!.steps.length)
    expect(stories[0]!.steps[1]!.instances).toHaveLength(6)
    expect(sources.map(({ id }) => id)).toEqual(['TH-5', 'HE-12', 'BT-1', 'UM-3'])
    expect(sources.every(({ source }) => source !== '')).toBe(true)
  })

  it('prints the same bytes twice', async () => {
    expect(await why(BAD, '-o', 'json')).toBe(await why(BAD, '-o', 'json'))
  }, 120_000)
})

describe('what would have had to differ', () => {
  it.each([
    { file: PAYMENTS, args: ['--rollout', '1'], set: [], rollout: 0 },
    { file: BAD, args: ['--rollout', '1'], set: [], rollout: 0 },
    {
      file: 'scenarios/living/spot-evictions-halt.yaml',
      args: ['--case', 'base', '--rollout', '1'],
      set: [],
      rollout: 0,
    },
    {
      file: 'scenarios/living/zone-outage-mid-upgrade.yaml',
      args: ['--case', 'base', '--rollout', '1'],
      set: [],
      rollout: 0,
    },
    { file: 'scenarios/conformance/w04-three-unhealthy.yaml', args: ['--rollout', '1'], set: [], rollout: 0 },
  ])(
    'every printed command of $file flips the rollout, and the value before it does not',
    async ({ file, args, rollout }) => {
      const { stories } = await documentOf(file, ...args)
      const { flips } = stories[0]!.differs!
      expect(flips.length).toBeGreaterThan(0)
      for (const { command, set, to, before, after, stillHolds } of flips) {
        expect(command).toContain(set)
        expect(after).not.toBe(before)
        expect(outcome((await playCommand(command)).rollouts[rollout]!)).toBe(after)
        if (stillHolds === null) continue
        const neighbour = set.replace(new RegExp(`=${String(to)}$`), `=${String(stillHolds)}`)
        expect(neighbour).not.toBe(set)
        expect(outcome((await playCommand(command, '--set', neighbour)).rollouts[rollout]!)).toBe(before)
      }
    },
    240_000,
  )

  it('moves both thresholds where another test would halt the rollout all the same, neither farther than it has to', async () => {
    const { flips } = (await documentOf(BAD, '--rollout', '1')).stories[0]!.differs!
    const [nearest, ...farther] = flips
    expect(nearest).toMatchObject({
      name: 'maxUnhealthyUpgradedInstancePercent',
      to: 100,
      also: [{ name: 'maxUnhealthyInstancePercent' }],
      after: 'Completed',
    })
    const [also] = nearest!.also
    const statusWith = async (first: number, second: number) => {
      const one = nearest!.set.replace(/=\d+$/, `=${first}`)
      const two = also!.set.replace(/=\d+$/, `=${second}`)
      return (await playCommand(nearest!.command, '--set', one, '--set', two)).rollouts[0]!.status
    }
    expect(await statusWith(100, Number(also!.to))).toBe('Completed')
    expect(await statusWith(99, Number(also!.to))).toBe('Faulted')
    expect(await statusWith(100, Number(also!.to) - 1)).toBe('Faulted')
    // Another word, and another reason for the same end, come behind.
    expect(farther.map(({ name, after }) => `${name}: ${after}`)).toEqual([
      'requestPath: Completed',
      'maxUnhealthyUpgradedInstancePercent: Faulted, MaxUnhealthyInstancePercentExceededInRollingUpgrade',
    ])
  }, 240_000)

  it('looks where the deciding test would have turned: from 30 to 39 four fail, between two steps of the search', async () => {
    const policy = 'azure.scaleSets.vmss.upgradePolicy.rollingUpgradePolicy'
    const { stories } = await documentOf(
      'scenarios/conformance/w05-bad-image.yaml',
      '--case',
      'base',
      '--set',
      `${policy}.maxUnhealthyUpgradedInstancePercent=100`,
      '--set',
      `${policy}.maxUnhealthyInstancePercent=24`,
      '--set',
      'expect=["rollouts[0].failed == 4"]',
    )
    expect(stories[0]!.differs!.flips).toContainEqual(
      expect.objectContaining({ name: 'maxUnhealthyInstancePercent', from: 24, to: 30, stillHolds: 29, after: 'pass' }),
    )
  }, 60_000)

  it('says which word would be refused instead of counting it as tried', async () => {
    const { differs } = (await documentOf('scenarios/payments-before.yaml')).stories[0]!
    expect(differs).toMatchObject({
      plays: 0,
      flips: [],
      tried: [{ name: 'upgradePolicy.mode', refused: ['Rolling'] }],
    })
    expect(await why('scenarios/payments-before.yaml')).toContain(
      'Differs    upgradePolicy.mode Rolling would be refused as the set is declared',
    )
  }, 60_000)

  it('turns a failed expectation into one that passes', async () => {
    const { stories } = await documentOf(BAD, '--set', 'expect[3]=blastRadius.percent <= 10')
    const { flips } = stories[0]!.differs!
    expect(flips.map(({ name }) => name)).toContain('maxBatchInstancePercent')
    for (const { command, after } of flips) {
      expect(after).toBe('pass')
      expect((await playCommand(command)).expectations[3]!.verdict).toBe('pass')
    }
  }, 240_000)

  it('puts thresholds and pauses before other words, the nearest first', async () => {
    const { stories } = await documentOf('scenarios/living/spot-evictions-halt.yaml', '--case', 'base')
    const [nearest] = stories[0]!.differs!.flips
    expect(nearest).toMatchObject({
      name: 'pauseTimeBetweenBatches',
      from: 'PT1M',
      to: 'PT1M30S',
      stillHolds: 'PT1M25S',
    })
  }, 240_000)

  it('says so when nothing within the bounds flips it', async () => {
    const { stdout } = await cli(['why', 'scenarios/good-rollout.yaml'])
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Differs no value of any of \d+ settings, from \w+ to \w+, alone gives another outcome within the documented bounds \(\d+ runs played\)/,
    )
    const { differs } = (await documentOf('scenarios/good-rollout.yaml')).stories[0]!
    expect(differs).toMatchObject({ complete: true, flips: [] })
    expect(differs!.tried.length).toBeGreaterThan(5)
  }, 240_000)

  it('keeps what was found when it is interrupted', async () => {
    const { code, stdout, stderr } = await cli(['why', BAD], { interruptAtBreath: 20 })
    expect(code).toBe(130)
    expect(stdout).toContain('rollout 1 of vmss-authz Faulted')
    expect(stderr).toContain('interrupted')
  })
})

describe('what why refuses', () => {
  it.each([
    {
      args: ['--instance', 'vmss-auth/3'],
      says: 'the run has no instance vmss-auth/3',
      hint: 'did you mean vmss-authz/3?',
    },
    { args: ['--rollout', '4'], says: 'there is no rollout 4: the run has 1', hint: 'write --rollout 1' },
    { args: ['--rollout', '0'], says: 'there is no rollout 0: the run has 1', hint: 'write --rollout 1' },
    { args: ['--expectation', '9'], says: 'there is no expectation 9: the run has 5', hint: 'the nearest is 5' },
    { args: ['--entry', '99999'], says: 'the trace has no entry 99999', hint: 'the nearest is 97' },
    { args: ['--entry', 'x'], says: '--entry must be a whole number, got "x"', hint: 'write --entry 57' },
    {
      args: ['--entry', '1', '--rollout', '1'],
      says: '--rollout and --entry ask for different things',
      hint: 'one at a time',
    },
    { args: ['--case', 'nope'], says: 'has no case nope', hint: 'it has base' },
    { args: ['--rolout', '1'], says: 'unknown option --rolout', hint: 'did you mean --rollout?' },
    { args: ['--set', 'nonsense=1'], says: 'nonsense', hint: '' },
  ])('$args', async ({ args, says, hint }) => {
    const { code, stdout, stderr } = await cli(['why', BAD, ...args])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(says)
    expect(stderr).toContain(hint)
    expect(stderr).not.toMatch(/\bat .*\.ts:\d/)
  })

  it('a file that is not there', async () => {
    expect((await cli(['why', 'nope.yaml'])).code).toBe(2)
  })

  it('a scenario without rollouts has none to ask for', async () => {
    const { code, stderr } = await cli(['why', 'scenarios/mass-create.yaml', '--rollout', '1'])
    expect(code).toBe(2)
    expect(stderr).toContain('there is no rollout 1: the run has none')
  })
})
