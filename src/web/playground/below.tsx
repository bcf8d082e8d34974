import type { Engine } from '../engine/client.ts'
import type { RunView } from '../engine/protocol.ts'
import { Tabs } from '../ui/tabs.tsx'
import { Batches, Decisions, Expectations, Findings } from './findings.tsx'
import { Show } from './show.tsx'
import { Why } from './why.tsx'

/** What Azure would show at the moment, why it came to this, what stands out. */
export function Below({
  engine,
  view,
  atMs,
  onMove,
}: {
  readonly engine: Engine
  readonly view: RunView
  readonly atMs: number
  readonly onMove: (atMs: number) => void
}) {
  const count = view.result.findings.length
  return (
    <section class="card below" aria-label="Details">
      <Tabs
        label="Details of the run"
        tabs={[
          { id: 'why', title: 'Why', content: () => <Why engine={engine} slot="b" view={view} onMove={onMove} /> },
          {
            id: 'show',
            title: 'What Azure would show',
            content: () => <Show engine={engine} slot="b" view={view} atMs={atMs} />,
          },
          { id: 'decisions', title: 'Decisions', content: () => <Decisions view={view} onMove={onMove} /> },
          { id: 'expect', title: 'Expectations', content: () => <Expectations view={view} /> },
          { id: 'batches', title: 'Batches', content: () => <Batches view={view} onMove={onMove} /> },
          {
            id: 'findings',
            title: count === 0 ? 'Findings' : `Findings (${count})`,
            content: () => <Findings view={view} />,
          },
        ]}
      />
      {view.description !== '' && <p class="description">{view.description}</p>}
    </section>
  )
}
