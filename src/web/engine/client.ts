import type { AnswerOf, Args, CallName, Request, Response } from './protocol.ts'
import EngineWorker from './worker.ts?worker&inline'

/** The engine, in a thread of its own. */
export interface Engine {
  call<N extends CallName>(name: N, args: Args<N>): Promise<AnswerOf<N>>
}

export function startEngine(files: Readonly<Record<string, string>>): Engine {
  const worker: Worker = new EngineWorker({ name: 'vmss-twin engine' })
  const open = new Map<number, { resolve: (value: never) => void; reject: (reason: Error) => void }>()
  let count = 0
  worker.onmessage = ({ data }: MessageEvent<Response>) => {
    const waiting = open.get(data.id)
    open.delete(data.id)
    if ('ok' in data) waiting?.resolve(data.ok as never)
    else waiting?.reject(new Error(data.failed))
  }
  worker.onerror = ({ message }) => {
    for (const { reject } of open.values()) reject(new Error(message || 'the engine could not be started'))
    open.clear()
  }
  const call: Engine['call'] = (name, args) => {
    const id = ++count
    return new Promise((resolve, reject) => {
      open.set(id, { resolve: resolve as (value: never) => void, reject })
      worker.postMessage({ id, name, args } satisfies Request)
    })
  }
  void call('start', { files })
  return { call }
}
