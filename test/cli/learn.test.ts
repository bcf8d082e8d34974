import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeShared } from '../../src/web/edit/share.ts'
import { buildOnce } from '../build.ts'
import { cli } from './harness.ts'

const folder = mkdtempSync(join(tmpdir(), 'vmss-twin-learn-'))
const SLOW = 120_000

beforeAll(() => {
  buildOnce()
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A GET with any Host header; the status and the body. */
function ask(url: string, host?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, host === undefined ? {} : { headers: { host } }, (response) => {
      let body = ''
      response.on('data', (piece) => {
        body += piece
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** The real command, until its address is there; `end` interrupts it and gives the exit code. */
async function serve(args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/cli/main.js', 'learn', '--no-open', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (piece) => {
      text += piece
      if (text.includes('\n')) resolve(text.trim())
    })
    child.once('exit', () => reject(new Error(`ended before it told its address: ${text}`)))
  })
  return {
    url,
    end: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

describe('learn', () => {
  it(
    'serves the page on loopback, to nobody who asks under another name, until Ctrl-C',
    async () => {
      const { url, end } = await serve([])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
      const page = await ask(url)
      expect(page.status).toBe(200)
      expect(page.body).toContain('Content-Security-Policy')
      const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.body)![1]!
      expect((await ask(url + script)).status).toBe(200)
      expect((await ask(url, 'evil.example')).status).toBe(403)
      expect((await ask(`${url}../package.json`)).status).toBe(404)
      expect(await end()).toBe(0)
    },
    SLOW,
  )

  it(
    'begins with a scenario and all it refers to, in the address itself',
    async () => {
      const { url, end } = await serve(['scenarios/from-template.yaml'])
      const shared = decodeShared(url.slice(url.indexOf('#/share/') + '#/share/'.length))!
      expect(await end()).toBe(0)
      expect(shared.yaml).toBe(readFileSync('scenarios/from-template.yaml', 'utf8'))
      expect(shared.file).toBe('scenarios/from-template.yaml')
      expect(Object.keys(shared.files ?? {})).toEqual(['scenarios/templates/orders-fleet.json'])
    },
    SLOW,
  )

  describe('of a lesson', () => {
    const lesson = readFileSync('scenarios/lessons/03-one-bad-instance.yaml', 'utf8')
    const begin = async (text: string, name = '03-one-bad-instance.yaml') => {
      const { stdout, stderr, code } = await cli(['learn', '--no-open', '--port', '0', name], {
        files: { [name]: text },
        interruptAtBreath: 1,
      })
      expect(code).toBe(0)
      return { route: /#\/([^/]+)\/(.*)\n$/.exec(stdout)!.slice(1), stderr }
    }

    it('opens a shipped one by its name, with the line ends of any system', async () => {
      expect(await begin(lesson)).toEqual({ route: ['lesson', '03-one-bad-instance'], stderr: 'Ctrl-C ends it\n' })
      expect((await begin(lesson.replaceAll('\n', '\r\n'))).route).toEqual(['lesson', '03-one-bad-instance'])
    })

    it("opens one of the user's own as a lesson, and a shipped one that was changed as well", async () => {
      const changed = lesson.replace('capacity: 25', 'capacity: 26')
      for (const name of ['mine.yaml', '03-one-bad-instance.yaml']) {
        const { route, stderr } = await begin(changed, name)
        expect(route[0]).toBe('own-lesson')
        expect(decodeShared(route[1]!)).toMatchObject({ yaml: changed, file: name })
        expect(stderr).toBe('Ctrl-C ends it\n')
      }
    })

    it('opens one with mistakes in the playground, and says so', async () => {
      const { route, stderr } = await begin(lesson.replace('kind: choice', 'kind: chocie'), 'mine.yaml')
      expect(route[0]).toBe('share')
      expect(stderr).toContain('mine.yaml: the lesson has mistakes and cannot be played; the playground shows where')
    })

    it('opens a scenario without a lesson in the playground', async () => {
      const { route, stderr } = await begin(lesson.slice(0, lesson.indexOf('\nlesson:') + 1), 'mine.yaml')
      expect(route[0]).toBe('share')
      expect(stderr).toBe('Ctrl-C ends it\n')
    })
  })

  it('ends well when it is interrupted at once', async () => {
    const { code, stdout, stderr } = await cli(['learn', '--no-open', '--port', '0'], { interruptAtBreath: 1 })
    expect([code, stderr]).toEqual([0, 'Ctrl-C ends it\n'])
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
  })

  it('tells that its port is in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await cli(['learn', '--no-open', '--port', String(port)])
    other.close()
    expect(code).toBe(2)
    expect(stderr).toBe(
      `E0501 port ${port} is in use\n        write --port 0 for any that is free, or end what uses it\n`,
    )
  })

  it('copies the page to a folder, again over itself, and never among other things', async () => {
    const site = join(folder, 'site')
    expect(await cli(['learn', '--out', site])).toMatchObject({ code: 0, stdout: `${site}/index.html\n` })
    expect(existsSync(join(site, 'index.html'))).toBe(true)
    expect((await cli(['learn', '--out', site])).code).toBe(0)
    const other = join(folder, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'mine.txt'), '')
    const refused = await cli(['learn', '--out', other])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('something else stands there')
  })

  it.each([
    { args: ['--port', 'x'], says: '--port must be a whole number from 0 to 65535, got "x"' },
    { args: ['--port', '70000'], says: '--port must be a whole number from 0 to 65535' },
    { args: ['--host', '0.0.0.0'], says: '--host cannot be "0.0.0.0"' },
    {
      args: ['--out', 'site', 'scenarios/bad-image.yaml'],
      says: '--out copies the page, which holds no scenario of yours',
    },
    { args: ['--out', ''], says: '--out needs' },
    { args: ['nowhere.yaml', '--no-open'], says: 'nowhere.yaml cannot be read' },
    { args: ['--prot', '1'], says: 'unknown option --prot' },
  ])('refuses $args', async ({ args, says }) => {
    const { code, stderr, stdout } = await cli(['learn', ...args])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(says)
  })
})
