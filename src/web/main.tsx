import { startEngine } from './engine/client.ts'
import { FILES } from './library.ts'
const engine = startEngine(FILES)
engine.call('play', { slot: 'a', play: { text: FILES['scenarios/bad-image.yaml']!, file: 'scenarios/bad-image.yaml' } }).then((answer) => {
  document.getElementById('app')!.textContent = JSON.stringify(answer).slice(0, 500)
})
