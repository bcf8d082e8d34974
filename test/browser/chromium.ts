import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine; CHROMIUM names another. Undefined where there is none. */
export const CHROMIUM: string | undefined = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place))

// A machine without a browser may leave these tests out, a build server never does so in silence.
if (CHROMIUM === undefined && process.env.CI)
  throw new Error('no Chromium: install it, or name it in the variable CHROMIUM')

/** A headless browser. Only where `CHROMIUM` is defined. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}
