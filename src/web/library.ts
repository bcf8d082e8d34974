/** Everything under `scenarios/`, taken in when the page is built: path as in the repository -> text. */
const found = import.meta.glob('../../scenarios/**/*.{yaml,json,csv}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

export const FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(found).map(([path, text]) => [path.replace(/^(\.\.\/)+/, ''), text as string]),
)
