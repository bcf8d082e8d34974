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
  onImport,
  children,
}: {
  readonly catalogue: readonly CatalogueGroup[]
  readonly files: Readonly<Record<string, string>>
  readonly work: Work
  readonly cases: readonly string[]
  readonly onOpen: (work: Work) => void
  /** Makes the text of a scenario, to be called `file`, of templates and `az` output. */
  readonly onImport: (file: string, files: Readonly<Record<string, string>>) => Promise<string>
  readonly children: ComponentChildren
}) {
  const input = useRef<HTMLInputElement>(null)
  const isShipped = files[work.file] !== undefined
  // A scenario and, where it refers to some, the files beside it; or templates and az output without one.
  const openFiles = async () => {
    const chosen = [...(input.current?.files ?? [])]
    const [first] = chosen
    if (first === undefined) return
    // The same file, changed meanwhile, can be chosen again.
    if (input.current !== null) input.current.value = ''
    const scenario = chosen.find(({ name }) => /\.ya?ml$/i.test(name))
    const others = chosen.filter((file) => file !== scenario)
    const texts = await Promise.all(others.map(async (file) => [file.name, await file.text()] as const))
    const beside = Object.fromEntries(texts)
    if (scenario === undefined) {
      const file = `${first.name.replace(/\.[^.]*$/, '')}.yaml`
      onOpen({ file, text: await onImport(file, beside), files: beside })
      return
    }
    const text = await scenario.text()
    onOpen({ file: scenario.name, text, ...(texts.length === 0 ? {} : { files: beside }) })
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
          aria-label="A scenario from disk and the files it refers to, or an ARM template or az output"
          onChange={openFiles}
        />
        {children}
      </div>
    </div>
  )
}
