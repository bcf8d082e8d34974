import { render } from 'preact'
import { App } from './app.tsx'
import { startEngine } from './engine/client.ts'
import { FILES } from './library.ts'

render(<App engine={startEngine(FILES)} files={FILES} />, document.getElementById('app')!)
