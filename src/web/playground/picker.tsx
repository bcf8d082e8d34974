import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { CatalogueGroup } from '../catalogue.ts'
import type { Work } from './work.ts'

/** Which scenario, which of its cases; another file from disk. */
export function ScenarioPicker({
  catalogue,
  files,
  work,
  cases,
  onOpen,
  children,
}: {
  readonly catalogue: readonly CatalogueGroup[]
  readonly files: Readonly<Record<string, string>>
  readonly work: Work
  readonly cases: readonly string[]
  readonly onOpen: (work: Work) => void
  readonly children: ComponentChildren
}) {
  const input = useRef<HTMLInputElement>(null)
  const isShipped = files[work.file] !== undefined
  // A scenario and, where it refers to some, the files beside it.
  const openFiles = async () => {
    const chosen = [...(input.current?.files ?? [])]
    const scenario = chosen.find(({ name }) => /\.ya?ml$/i.test(name))
    if (scenario === undefined) return
    const others = chosen.filter((file) => file !== scenario)
    const texts = await Promise.all(others.map(async (file) => [file.name, await file.text()] as const))
    onOpen({
      file: scenario.name,
      text: await scenario.text(),
      ...(texts.length === 0 ? {} : { files: Object.fromEntries(texts) }),
    })
  }
  return (
    <div class="toolbar" role="group" aria-label="Scenario">
      <label class="grow">
        Scenario
        <select
          value={isShipped ? work.file : ''}
          onChange={(event) => {
            const file = event.currentTarget.value
            const text = files[file]
            if (text !== undefined) onOpen({ file, text })
          }}
        >
          {!isShipped && <option value="">{work.file}</option>}
          {catalogue.map(({ title, entries }) => (
            <optgroup key={title} label={title}>
              {entries.map((entry) => (
                <option key={entry.file} value={entry.file}>
                  {entry.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {cases.length > 0 && (
        <label>
          Case
          <select
            value={work.case ?? ''}
            onChange={(event) => {
              const { case: _, ...rest } = work
              const chosen = event.currentTarget.value
              onOpen(chosen === '' ? rest : { ...rest, case: chosen })
            }}
          >
            <option value="">base</option>
            {cases.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <div class="buttons">
        <button type="button" onClick={() => input.current?.click()}>
          Open…
        </button>
        <input
          ref={input}
          class="visually-hidden"
          type="file"
          accept=".yaml,.yml,.json,.csv"
          multiple
          tabIndex={-1}
          aria-label="A scenario from disk, and the files it refers to"
          onChange={openFiles}
        />
        {children}
      </div>
    </div>
  )
}
