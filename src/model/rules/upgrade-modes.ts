import { documented, type RuleText } from './rule.ts'
import {
  AOS,
  MANUAL,
  MAX_SURGE,
  MODES,
  MODIFY_2020,
  ORCHESTRATION,
  PROTECT,
  RECORDED,
  REIMAGE,
  REPAIR,
  SCALE_IN,
  sources,
  TERMINATE,
  ZONES,
} from './sources.ts'

/** The three upgrade modes, and what a change of the model asks of an existing instance. */
export const UPGRADE_MODE_RULES: readonly RuleText[] = [
  documented(
    'UM-1',
    'Manual',
    'Existing instances stay as they are until manualupgrade names them (by instance id, on Flexible by name, or * for all).',
    sources(MODES, MANUAL),
  ),
  documented(
    'UM-2',
    'Automatic',
    'All instances may go down at once, in any order, without batches and without a check of their health.',
    sources(MODES, MODIFY_2020),
  ),
  documented(
    'UM-3',
    'Rolling',
    'Batches under the rolling policy. Service Fabric sets can use Automatic only.',
    sources(MODES, RECORDED),
    'Recordings show that switching the mode to Rolling starts an upgrade by itself.',
  ),
  documented(
    'UM-4',
    'New instances are current',
    'In every mode a new instance takes the newest model. latestModelApplied tells whether an instance has it.',
    sources(MODIFY_2020, MODES),
  ),
  documented(
    'UM-5',
    'An upgrade changes, it does not replace',
    'The upgrade policy applies the model to the same machine. Only MaxSurge and the repair action Replace create new ones.',
    sources(MAX_SURGE, AOS),
  ),
  documented(
    'UM-6',
    'latest is resolved when an instance is made',
    'on create, scale-out and reimage. It moves no existing instance by itself.',
    MODIFY_2020,
  ),
  documented(
    'UM-7',
    'Reimage',
    'New OS disk from the image of the model, with a short stop; data disks, address and id stay. An ephemeral OS disk returns to its first state. An attached machine can be reimaged only if its OS profile is that of the set.',
    sources(REIMAGE, AOS, REPAIR),
  ),
  documented(
    'TABLE-modelChange',
    'What a model change does to an instance',
    'imageReference: OS disk swap, extensions and custom data run again, data disks stay. sku.name: restart or redeploy of the same machine. Password, SSH keys, custom data: in effect only after a reimage. Extensions, their settings, forceUpdateTag: in place, no reboot. Data disks: in place. Proximity placement group: restart. New zones: only new instances use them. Repairs and scheduled-events profiles: the set changes, instances still need the latest model. Capacity, scale-in policy, protection: no upgrade at all. Fixed at creation: orchestration mode, fault domain count, publisher and offer of the image; singlePlacementGroup goes only from true to false; zones only grow.',
    sources(MODES, AOS, REIMAGE, MODIFY_2020, ZONES, REPAIR, TERMINATE, SCALE_IN, PROTECT, ORCHESTRATION),
    'The page on upgrade modes lists added zones among the changes that restart, although originals do not move.',
  ),
]
