import type { ComponentChildren } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'

export interface Tab {
  readonly id: string
  readonly title: string
  readonly content: () => ComponentChildren
}

/** Tabs by the usual keys: arrows, Home and End move, and what is moved to is shown. */
export function Tabs({
  label,
  tabs,
  onChange,
}: {
  label: string
  tabs: readonly Tab[]
  onChange?: (id: string) => void
}) {
  const prefix = useId()
  const [chosen, setChosen] = useState(tabs[0]!.id)
  const list = useRef<HTMLDivElement>(null)
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0]!
  const choose = (index: number) => {
    const tab = tabs[(index + tabs.length) % tabs.length]!
    setChosen(tab.id)
    onChange?.(tab.id)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[tabs.indexOf(tab)]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.indexOf(current)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    choose(to)
  }
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${prefix}-${tab.id}`}
            aria-selected={tab === current}
            aria-controls={`${prefix}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => choose(index)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${prefix}-panel`} aria-labelledby={`${prefix}-${current.id}`} tabIndex={0}>
        {current.content()}
      </div>
    </div>
  )
}
