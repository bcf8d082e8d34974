import { render } from 'preact'

render(<h1>vmss-twin</h1>, document.getElementById('app')!)
