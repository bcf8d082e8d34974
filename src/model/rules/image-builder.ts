import { documented, type RuleText, undocumented } from './rule.ts'
import { BUILDER, BUILDER_TRIGGERS, BUILDER_TROUBLE } from './sources.ts'

/** Image Builder, as the stage before a gallery. */
export const IMAGE_BUILDER_RULES: readonly RuleText[] = [
  documented(
    'IB-01',
    'What the timeout covers',
    'Customizing, validating and distributing; a build is complete only after replication to every listed region. 240 minutes by default, 6 to 960.',
    BUILDER,
  ),
  documented(
    'IB-02',
    'Timeout during replication',
    'The run has failed, yet the version may exist and its replication goes on.',
    BUILDER_TROUBLE,
  ),
  documented(
    'IB-03',
    'Failures',
    'Customizers run in order and the first failure ends the run. A failed validation always fails it; it distributes all the same with continueDistributeOnFailure.',
    BUILDER,
  ),
  documented('IB-04', 'latest in a source', 'is resolved when the build runs.', BUILDER),
  documented(
    'IB-05',
    'Version scheme',
    'With 0.1.1, 0.1.2, 1.0.0, 1.0.1, 1.1.0, 1.1.1, 1.2.0, 2.0.0, 2.0.1, 2.1.0 present: no major gives 2.1.1, major 1 gives 1.2.1, major 0 gives 0.1.3.',
    BUILDER,
  ),
  documented(
    'IB-06',
    'Triggers',
    'SourceImage only, one a template, 100 a region; the source must be latest. After several failures in a row they are off until a manual run succeeds.',
    BUILDER_TRIGGERS,
    'How many failures is not said.',
  ),
  documented(
    'IB-07',
    'Cancelling',
    'is possible at any time; while Distributing it can leave incomplete versions.',
    BUILDER,
  ),
  documented(
    'IB-08',
    'Connection limits',
    'SSH 20 minutes, WinRM 10 minutes.',
    BUILDER_TROUBLE,
    'Seen in sample logs.',
  ),
  undocumented('IB-09', 'PartiallySucceeded', 'At least one target is complete and at least one failed.'),
  undocumented(
    'IB-10',
    'Duration of a build',
    'Triangular over 10, 25 and 60 minutes, without replication.',
    'the article',
  ),
]
