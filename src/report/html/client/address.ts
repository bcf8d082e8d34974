import { formatDuration, parseDuration } from '../../../model/duration.ts'

/** Which moment of which run, and which instance: what the address of a page says behind the `#`. */
export interface Place {
  readonly run: string | null
  readonly atMs: number | null
  readonly instance: string | null
}

/** `#run=…&t=PT31M20S&instance=vmss-a%2F3`; null: it names something else, the rules for instance. */
export function placeOf(hash: string): Place | null {
  const text = hash.replace(/^#/, '')
  if (!/^(?:run|t|instance)=/.test(text)) return null
  const parameters = new URLSearchParams(text)
  const time = parameters.get('t')
  return {
    run: parameters.get('run'),
    atMs: time === null ? null : (parseDuration(time) ?? null),
    instance: parameters.get('instance'),
  }
}

export function hashOf({ run, atMs, instance }: Place): string {
  // A slash and a colon need no escape behind the #, and an address is for people too.
  const part = (name: string, value: string | null) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':')}`]
  return `#${[...part('run', run), ...part('t', atMs === null ? null : formatDuration(atMs)), ...part('instance', instance)].join('&')}`
}
