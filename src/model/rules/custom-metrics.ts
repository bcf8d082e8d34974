import { ambiguous, documented, type RuleText } from './rule.ts'
import { AHE_SOURCE, METRICS, sources } from './sources.ts'

/** Phases and skipping, as instances ask for it through their health probe. */
export const CUSTOM_METRICS_RULES: readonly RuleText[] = [
  documented(
    'CM-1',
    'Rich Health States over http',
    'Custom metrics need extension version 2.0 and http or https; neither Binary Health States nor tcp can carry them.',
    METRICS,
  ),
  documented(
    'CM-2',
    'Where the metrics stand',
    'In the probe body: customMetrics is a JSON text with rollingUpgrade.SkipUpgrade and rollingUpgrade.PhaseOrderingNumber.',
    METRICS,
    'Samples vary in letter case and write SkipUpgrade as boolean and as text; the twin takes both.',
  ),
  documented(
    'CM-3',
    'Phases in ascending order',
    'Every batch of a phase is done before the next phase begins. An instance without a number is in the last phase.',
    METRICS,
  ),
  documented('CM-4', 'Skipping', 'SkipUpgrade true leaves the instance out of this run.', METRICS),
  documented('CM-5', 'Read once', 'Metrics are read when a run starts; later changes do not touch it.', METRICS),
  ambiguous(
    'CM-6',
    'Metrics of an instance that is not Healthy',
    'are passed over: it falls into the last phase and cannot skip.',
    METRICS,
    'A note demands Healthy for taking part in the upgrade at all, against BT-10.',
  ),
  documented(
    'CM-7',
    'With other features',
    'Custom metrics work together with automatic OS upgrade, extension upgrade and MaxSurge.',
    METRICS,
  ),
  documented(
    'CM-8',
    'In the instance view',
    'the metrics are the substatus ComponentStatus/CustomMetrics/succeeded. Invalid JSON gives an error substatus and leaves the health as it is.',
    sources(METRICS, AHE_SOURCE),
  ),
]
