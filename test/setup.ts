import fc from 'fast-check'

// One seed for every property, so that a red build can be played again; FC_SEED=<number> looks elsewhere.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_123) })
