/** Events of the Chrome JSON trace format, as far as the twin writes them. Times and durations are microseconds. */

/** A span on a track; spans of one track lie inside each other or apart. */
export interface Slice {
  readonly ph: 'X'
  readonly name: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur: number
  readonly args: Args
}

/** A moment on a track. */
export interface Instant {
  readonly ph: 'i'
  readonly s: 't'
  readonly name: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly args: Args
}

/** Numbers that hold until the next event of that name in that process. */
export interface Counter {
  readonly ph: 'C'
  readonly name: string
  readonly pid: number
  readonly ts: number
  readonly args: Readonly<Record<string, number>>
}

/** Names and order of processes and tracks. */
export interface Metadata {
  readonly ph: 'M'
  readonly name: 'process_name' | 'process_sort_index' | 'thread_name' | 'thread_sort_index'
  readonly pid: number
  readonly tid: number
  readonly ts: 0
  readonly args: Readonly<Record<string, string | number>>
}

export type PerfettoEvent = Slice | Instant | Counter | Metadata
export type Args = Readonly<Record<string, string | number | boolean>>

/** Milliseconds of the run as microseconds of the format. */
export const microseconds = (ms: number): number => ms * 1000
