import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const PAYMENTS = 'scenarios/payments-after.yaml'
const show = (...args: string[]) => cli(['show', ...args])

describe('show', () => {
  it('prints the answer of Azure as JSON, and nothing else', async () => {
    const { code, stdout, stderr } = await show('rolling-upgrade', BAD, '--at', 'PT25M')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      properties: {
        runningStatus: { code: 'Faulted', startTime: '2026-01-05T00:10:00+00:00' },
        progress: { failedInstanceCount: 6, pendingInstanceCount: 24 },
        error: { code: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade' },
      },
    })
  })

  it('says 404 before the first rolling upgrade, which is an answer and no failure', async () => {
    const { code, stdout } = await show('rolling-upgrade', BAD, '--at', 'PT9M')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'NotFound', message: 'There has never been a rolling upgrade of vmss-authz.' },
    })
  })

  it('as a table', async () => {
    const { stdout } = await show('rolling-upgrade', BAD, '--at', 'PT25M', '-o', 'table')
    expect(stdout).toMatchInlineSnapshot(`
      "Location  Code     StartTime                  LastAction  LastActionTime                 Successful  Failed  InProgress  Pending  Error
      --------  -------  -------------------------  ----------  -----------------------------  ----------  ------  ----------  -------  -----------------------------------------------------------
      eastus    Faulted  2026-01-05T00:10:00+00:00  Start       2026-01-05T00:09:59.938+00:00  0           6       0           24       MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade
      "
    `)
  })

  it('as TSV: values alone, one line a row', async () => {
    const { stdout } = await show('instances', BAD, '--at', 'PT25M', '-o', 'tsv')
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(30)
    for (const line of lines)
      expect(line).toMatch(/^vmss-authz_[0-9a-f]{8}\tvmss-authz_[0-9a-f]{8}\t[123]\tSucceeded\t/)
  })

  it('a film is one document a line, from the start to the end of the run', async () => {
    const { code, stdout } = await show('rolling-upgrade', BAD, '--every', 'PT1M')
    expect(code).toBe(0)
    const frames = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { at: string; atMs: number; document: object })
    expect(frames.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 121 }, (_, minute) => minute * 60_000))
    expect(frames[9]!.document).toHaveProperty('error.code', 'NotFound')
    expect(frames[10]).toMatchObject({ at: 'PT10M', time: '2026-01-05T00:10:00+00:00', view: 'rolling-upgrade' })
    expect(frames[10]!.document).toHaveProperty('properties.runningStatus.code', 'RollingForward')
    // A moment of a film is the moment alone.
    for (const minute of [10, 15, 22, 120]) {
      const alone = await show('rolling-upgrade', BAD, '--at', `PT${minute}M`)
      expect(frames[minute]!.document).toEqual(JSON.parse(alone.stdout))
    }
  })

  it('--at and --until bound it, and tables are headed by their time', async () => {
    const { stdout } = await show(
      'rolling-upgrade',
      BAD,
      '--at',
      'PT12M',
      '--until',
      'PT20M',
      '--every',
      'PT4M',
      '-o',
      'table',
    )
    expect(stdout.split('\n').filter((line) => line.startsWith('00:'))).toEqual([
      '00:12:00 (2026-01-05T00:12:00+00:00)',
      '00:16:00 (2026-01-05T00:16:00+00:00)',
      '00:20:00 (2026-01-05T00:20:00+00:00)',
    ])
    const { stdout: tsv } = await show(
      'rolling-upgrade',
      BAD,
      '--at',
      'PT12M',
      '--until',
      'PT20M',
      '--every',
      'PT4M',
      '-o',
      'tsv',
    )
    expect(
      tsv
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(['PT12M', 'PT16M', 'PT20M'])
  })

  it('an empty list is said to be one in a film, and prints nothing alone, as the command line does', async () => {
    const alone = await show('os-upgrade-history', BAD, '--at', 'PT1M', '-o', 'table')
    expect(alone).toMatchObject({ code: 0, stdout: '' })
    const film = await show('os-upgrade-history', BAD, '--every', 'PT1H', '-o', 'table')
    expect(film.stdout).toContain('(none)')
  })

  it('stops when it is interrupted, and keeps what it has printed', async () => {
    const { code, stdout } = await cli(['show', 'rolling-upgrade', BAD, '--every', 'PT1M'], { interruptAtBreath: 3 })
    expect(code).toBe(130)
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  it('--seed, --set and --case change what is played', async () => {
    const upgraded = async (...more: string[]) => {
      const { stdout } = await show('rolling-upgrade', BAD, '--at', 'PT25M', '-o', 'json', ...more)
      return (JSON.parse(stdout) as { properties: { policy: object; progress: { failedInstanceCount: number } } })
        .properties
    }
    const set = 'azure.scaleSets.vmss-authz.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent=10'
    expect(await upgraded('--set', set)).toMatchObject({ policy: { maxBatchInstancePercent: 10 } })
    expect(await upgraded('--seed', '8')).toMatchObject({ policy: { maxBatchInstancePercent: 20 } })
    const job = 'scenarios/living/protected-job.yaml'
    const { stdout } = await show('scale-set', job, '--at', 'PT2H', '--case', 'unprotected', '-o', 'tsv')
    expect(stdout).toContain('\t2\t')
    expect((await show('scale-set', job, '--at', 'PT2H', '-o', 'tsv')).stdout).toContain('\t4\t')
  })

  it('shows one instance by its name, its id or its number; a Flexible set has no view of its own (PL-11)', async () => {
    const byNumber = await show('instance-view', BAD, '--at', 'PT14M', '--instance', 'vmss-authz/0')
    expect(JSON.parse(byNumber.stdout)).toMatchObject({ vmHealth: { status: { code: 'HealthState/unhealthy' } } })
    const byName = await show('instance-view', BAD, '--at', 'PT14M', '--instance', 'vmss-authz_441e3285')
    expect(byName.stdout).toBe(byNumber.stdout)
    const ofSet = await show('instance-view', BAD, '--at', 'PT14M')
    expect(JSON.parse(ofSet.stdout)).toMatchObject({ error: { code: 'OperationNotAllowed' } })
  })

  it('shows how far a version has come', async () => {
    const at = async (moment: string, ...more: string[]) =>
      JSON.parse((await show('image-version', PAYMENTS, '--at', moment, ...more)).stdout) as object
    expect(await at('PT1M')).toMatchObject({ name: '1.6.2', properties: { provisioningState: 'Succeeded' } })
    expect(await at('P1D')).toMatchObject({ name: '1.7.1', properties: { provisioningState: 'Updating' } })
    const copying = (await at('P1DT2M')) as { properties: { replicationStatus: { summary: { progress: number }[] } } }
    expect(copying.properties.replicationStatus).toMatchObject({
      aggregatedState: 'InProgress',
      summary: [
        { region: 'East US', state: 'Completed', progress: 100 },
        { region: 'West US 3', state: 'Replicating' },
      ],
    })
    const { progress } = copying.properties.replicationStatus.summary[1]!
    expect(progress).toBeGreaterThan(0)
    expect(progress).toBeLessThan(100)
    expect(await at('PT1M', '--image', 'galProd/ubuntu-app/1.7.0')).toMatchObject({ error: { code: 'NotFound' } })
    expect(await at('PT7H', '--image', 'galProd/ubuntu-app/1.7.0')).toMatchObject({
      properties: { publishingProfile: { excludeFromLatest: true } },
    })
  })
})

describe('show refuses with a reason, the nearest name and exit code 2', () => {
  const at = ['--at', 'PT25M']
  it.each([
    [
      'an unknown view',
      ['rolling-upgrades', BAD, ...at],
      /no view rolling-upgrades[\s\S]*did you mean rolling-upgrade\?/,
    ],
    ['a view like no other', ['xyz', BAD, ...at], /no view xyz[\s\S]*known: rolling-upgrade, os-upgrade-history/],
    ['a name that every object has', ['constructor', BAD, ...at], /no view constructor/],
    [
      'a moment beyond the end',
      ['instances', BAD, '--at', 'PT3H'],
      /PT3H lies beyond the end of the run, PT2H[\s\S]*--set duration=PT3H/,
    ],
    [
      'a film beyond the end',
      ['instances', BAD, '--every', 'PT1H', '--until', 'PT9H'],
      /--until PT9H lies beyond the end/,
    ],
    ['no duration', ['instances', BAD, '--at', '25m'], /--at must be an ISO 8601 duration, got "25m"[\s\S]*PT25M/],
    ['no step', ['instances', BAD, '--every', 'PT0S'], /--every must be longer than PT0S/],
    ['no moment', ['instances', BAD], /show needs a moment[\s\S]*--at PT25M/],
    ['--until without a film', ['instances', BAD, ...at, '--until', 'PT1H'], /--until is for a film/],
    [
      '--until before --at',
      ['instances', BAD, ...at, '--every', 'PT1M', '--until', 'PT1M'],
      /--until lies before --at/,
    ],
    [
      'an unknown set',
      ['instances', BAD, ...at, '--scale-set', 'vmss-auth'],
      /no scale set vmss-auth[\s\S]*did you mean vmss-authz\?/,
    ],
    [
      'one of several sets',
      ['instances', PAYMENTS, ...at],
      /has 2 scale sets[\s\S]*--scale-set vmss-authz-eastus or --scale-set vmss-authz-westus3/,
    ],
    [
      'an unknown instance',
      ['instance-view', BAD, ...at, '--instance', 'vmss-authz/40'],
      /no instance vmss-authz\/40 by 00:25:00[\s\S]*did you mean/,
    ],
    [
      'an instance of another view',
      ['instances', BAD, ...at, '--instance', 'vmss-authz/4'],
      /--instance is not for instances/,
    ],
    ['an image of another view', ['instances', BAD, ...at, '--image', 'a/b'], /--image is not for instances/],
    ['an image where there is no gallery', ['image-version', BAD, ...at], /declares no gallery/],
    [
      'an unknown image',
      ['image-version', PAYMENTS, ...at, '--image', 'galProd/ubunto-app'],
      /no image definition galProd\/ubunto-app[\s\S]*did you mean galProd\/ubuntu-app\?/,
    ],
    [
      'a set of a version',
      ['image-version', PAYMENTS, ...at, '--scale-set', 'vmss-authz-eastus'],
      /--scale-set is not for image-version/,
    ],
    ['an unknown option', ['instances', BAD, ...at, '--evry', 'PT1M'], /unknown option --evry[\s\S]*--every/],
    ['an unknown format', ['instances', BAD, ...at, '-o', 'yaml'], /cannot be "?yaml/],
    ['an unknown case', ['instances', BAD, ...at, '--case', 'x'], /has no case x/],
    ['no file', ['instances', 'no.yaml', ...at], /E0001 no\.yaml/],
  ])('%s', async (_what, args, says) => {
    const { code, stdout, stderr } = await show(...args)
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/internal error|\n\s+at /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('a version that never comes; one that may come is a 404 until then', async () => {
    const file = 'scenarios/conformance/w17-region-by-region.yaml'
    const { stdout } = await show('image-version', file, '--at', 'PT0S', '-o', 'tsv')
    const [name] = stdout.split('\t')
    const { code, stderr } = await show('image-version', file, '--at', 'PT0S', '--image', 'galTest/app/9.9.9')
    expect(name).toMatch(/^\d+\.\d+\.\d+$/)
    expect(code).toBe(2)
    expect(stderr).toMatch(/never has a version 9\.9\.9/)
  })

  it('an instance of a film that was never there is told after it', async () => {
    const { code, stderr } = await show('instance-view', BAD, '--every', 'PT1H', '--instance', 'vmss-authz/99')
    expect(code).toBe(2)
    expect(stderr).toMatch(/no instance vmss-authz\/99 by 02:00:00/)
  })

  it('image-version has the sizes of the disks as they are declared, and none where it is not', async () => {
    const text = `
name: disks
azure:
  galleries:
    gal: { location: eastus, images: { app: { versions: { 1.0.0: {
      osDiskImage: { sizeInGB: 50 }, dataDiskImages: [{ sizeInGB: 64 }, {}] } } } } }
  scaleSets:
    web: { location: eastus, sku: { name: Standard_D2as_v5, capacity: 1 }, orchestrationMode: Uniform, upgradePolicy: { mode: Manual },
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } } } }
`
    const args = ['show', 'image-version', 'a.yaml', '--image', 'gal/app/1.0.0', '--at', 'PT1M', '-o', 'json']
    const { code, stdout, stderr } = await cli(args, { files: { 'a.yaml': text } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { properties } = JSON.parse(stdout) as { properties: { storageProfile: Record<string, unknown> } }
    expect(properties.storageProfile).toMatchObject({ osDiskImage: { sizeInGB: 50 } })
    expect(properties.storageProfile['dataDiskImages']).toEqual([
      { lun: 0, sizeInGB: 64, hostCaching: 'None' },
      { lun: 1, hostCaching: 'None' },
    ])
  })
})
