import { render } from 'preact'
import { CHART_STYLE } from '../report/charts/style.ts'
import { App } from './app.tsx'
import { startEngine } from './engine/client.ts'
import { FILES } from './library.ts'

const style = document.createElement('style')
style.textContent = CHART_STYLE
// Before the page's own rules, which may lay something over it.
document.head.prepend(style)
render(<App engine={startEngine(FILES)} files={FILES} />, document.getElementById('app')!)
