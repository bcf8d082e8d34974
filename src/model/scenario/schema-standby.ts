import { z } from 'zod'
import { STANDBY_STATES } from '../standby-pool.ts'

const known = (json: object, description: string) =>
  z
    .unknown()
    .optional()
    .meta({ ...json, description })

/** The value of `azure.standbyPools`; judged by `buildStandbyPools`. */
export const standbyPoolsSchema = z
  .record(
    z.string().min(1),
    z
      .looseObject({
        scaleSet: known({ type: 'string' }, 'Name or resource id of a Flexible set with one fault domain.'),
        maxReadyCapacity: known({ type: 'integer' }, 'Instances and pooled machines together.'),
        minReadyCapacity: known({ type: 'integer' }, 'Pooled machines at least. Default 0.'),
        virtualMachineState: known({ enum: STANDBY_STATES }, 'In which state they wait.'),
        properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
      })
      .describe('A standby pool: by hand, as an ARM body, or as az standby-vm-pool show prints it.'),
  )
  .meta({ description: 'Machines that wait for a scale-out, by name of the pool (PL-85).' })
