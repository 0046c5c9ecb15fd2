/**
 * Loaded before every test: properties are tried with the same values at each run, so that red tells of the code and not
 * of the day. `PROPERTY_SEED=N npm test` tries others; `npm run fuzz` always does.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20261124) })
