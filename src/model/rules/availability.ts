import { ambiguous, documented, type RuleText, undocumented } from './rule.ts'
import {
  DESIGN,
  MAINTENANCE,
  MAINTENANCE_NOTIFICATIONS,
  ORCHESTRATION,
  PLACEMENT_GROUPS,
  SCHEDULED_EVENTS,
  SPOT_VMS,
  sources,
  THROTTLING,
  ZONES,
} from './sources.ts'

/** Availability, maintenance, limits and throttling. */
export const AVAILABILITY_RULES: readonly RuleText[] = [
  documented(
    'AV-01',
    'Service levels',
    'Flexible 99.95% over fault domains, 99.99% over zones. Uniform 99.95% with more than one fault domain in one placement group, 99.99% over zones. A single machine on Premium SSD 99.9%, on HDD 95%. Spot none.',
    sources(ORCHESTRATION, SPOT_VMS),
    'Single-machine figures from secondary text.',
  ),
  documented(
    'AV-02',
    'Zones',
    'have power, cooling and network of their own; three or more in a zone region, under 2 ms apart. Machine and disks stay in their zone.',
    ZONES,
  ),
  documented(
    'AV-03',
    'A zone outage',
    'hits the machines there and spares the rest; a set without zones may lose any or all.',
    ZONES,
  ),
  documented(
    'AV-04',
    'Fault domains',
    'share power, network, cooling and maintenance. Maintenance without reboot takes one at a time, mostly zone after zone, and stops on bad signals.',
    MAINTENANCE,
  ),
  documented(
    'AV-05',
    'Pauses',
    'Mostly under 10 s, 30 s at most once in 18 months; live migration 5 s or less, for over 90% of machines but not sizes G, L, N, H.',
    MAINTENANCE,
  ),
  documented(
    'AV-06',
    'Reboots',
    'Notice, a window to do it yourself (about 35 days), then some scheduled days. A platform reboot takes 25 minutes, your own several; 30 minutes between update domains.',
    MAINTENANCE_NOTIFICATIONS,
  ),
  documented(
    'AV-07',
    'Notice of events',
    'As SE-1: Freeze and Reboot 15 minutes, Redeploy 10, Preempt 30 s, Terminate 5 to 15 minutes; approval ends the wait; hardware failure gives none.',
    SCHEDULED_EVENTS,
  ),
  documented('AV-08', 'OS image events', 'exist only with the OS image notification profile.', SCHEDULED_EVENTS),
  documented('AV-09', 'Load balancers', 'mark a backend down after about 10 s: two probes, 5 s apart.', MAINTENANCE),
  documented(
    'AV-10',
    'Rates',
    'Prediction with live migration cuts interruptions by 26%. A mix of Spot and regular reached 99.96% at 44% less cost, Spot alone about 97.2%.',
    'Narya, OSDI 2020; Snape, ASPLOS 2023',
  ),
  documented('AV-11', 'Disks', 'Field studies replace 2 to 4% a year, up to 13%.', 'FAST 2007'),
  undocumented(
    'AV-12',
    'Model of outages',
    'Host failure 2% a machine year (8 minutes by median), rack outage 0.5% a fault domain year (an hour), a freeze of 5 s a machine month. Zone outages only when scripted.',
  ),
  undocumented(
    'AV-13',
    'Machines in a lost zone',
    'stay in the set with unknown power state, health Unknown, then Unhealthy. Creates, reimages and deletes there wait for recovery.',
  ),
  documented(
    'LI-01',
    'What is counted for the subscription only',
    'Start, restart, redeploy, maintenance, reimage and power off of a whole set, and lists.',
    THROTTLING,
  ),
  documented(
    'LI-02',
    'Token bucket: example',
    'Refill 4 a minute, at most 12. Requests 0, 8, 0, 13, 5, 0 find 12, 12, 8, 12, 4, 4 tokens; 0, 0, 0, 1, 1, 0 are throttled (429).',
    THROTTLING,
  ),
  undocumented(
    'LI-03',
    'Work of the platform',
    'Upgrade batches and repairs consume no tokens of the customer; autoscale does, one update each.',
  ),
  ambiguous(
    'TABLE-limits',
    'Size limits',
    'Uniform 100 in one placement group, 1,000 in several, 600 from a legacy managed image. Flexible 1,000, or 200 for sizes without memory-preserving updates over several fault domains. 2,500 sets a subscription and region. No limit for one request was found.',
    sources(PLACEMENT_GROUPS, DESIGN, ORCHESTRATION),
    'The FAQ has 600 for any custom image; two tables differ on how many instances have a fault domain guarantee.',
  ),
]
