import { cpSync, existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The playground as it was built, beside the compiled commands. */
export const PAGE = fileURLToPath(new URL('../../dist/web/', import.meta.url))

export const isBuilt = (): boolean => existsSync(`${PAGE}index.html`)

/** Only what a page of this machine may ask for: a name that another one points here is turned away. */
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i

export interface Hosted {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Hands the page out on loopback. @throws the error of the system, with its `code`, when the port cannot be had */
export async function hostPage(port: number): Promise<Hosted> {
  const { default: sirv } = await import('sirv')
  const handOut = sirv(PAGE, { etag: true, single: false })
  const server = createServer((request, response) => {
    const refuse = (status: number) => {
      response.statusCode = status
      response.end()
    }
    if (!LOCAL_HOST.test(request.headers.host ?? '')) return refuse(403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    // Another version of the tool on the same port must not be met by the page of this one.
    response.setHeader('Cache-Control', 'no-cache')
    handOut(request, response, () => refuse(404))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // A browser keeps its connections open; whoever ends the command does not wait for it.
        server.closeAllConnections()
      }),
  }
}

/** False where no browser can be opened. */
export async function openBrowser(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open')
    const child = await open(url)
    return await new Promise((resolve) => {
      child.once('error', () => resolve(false))
      child.once('exit', (code) => resolve(code === 0 || code === null))
      // A browser that goes on is one that was opened.
      setTimeout(() => resolve(true), 1500).unref()
    })
  } catch {
    return false
  }
}

/** Whether something stands there that the page would be mixed with. */
export const isOccupied = (folder: string): boolean => {
  try {
    return readdirSync(folder).some((name) => name !== 'index.html' && name !== 'assets')
  } catch {
    return existsSync(folder)
  }
}

export function copyPageTo(folder: string): void {
  cpSync(PAGE, folder, { recursive: true })
}
