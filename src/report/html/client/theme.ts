const THEMES = [
  { name: '', label: 'Colours: as the system' },
  { name: 'light', label: 'Colours: light' },
  { name: 'dark', label: 'Colours: dark' },
] as const

/** A switch between what the system says, light and dark. */
export function offerThemes(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme')
  if (button === null) return
  let chosen = 0
  button.hidden = false
  button.addEventListener('click', () => {
    chosen = (chosen + 1) % THEMES.length
    const { name, label } = THEMES[chosen]!
    button.textContent = label
    if (name === '') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = name
  })
}
