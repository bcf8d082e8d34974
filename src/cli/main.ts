#!/usr/bin/env node
import { runCli } from './cli.ts'
import { nodeIo } from './node-io.ts'

process.exitCode = await runCli(nodeIo())
