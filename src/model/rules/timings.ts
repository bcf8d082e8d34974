import { documented, type RuleText } from './rule.ts'
import { AOS, ARTICLE, FAQ, issue, RECORDED, sources } from './sources.ts'

/** What is known about how long things take. */
export const TIMING_RULES: readonly RuleText[] = [
  documented(
    'TABLE-timings',
    'Measured durations (median / 95%)',
    'Create a set, Linux: 137 / 275 s; Windows: 221 / 405 s. Deallocate one: 127 / 242 s, with a stall of about 500 s in one of seven. Delete a running one: 84-105 / 166-420 s; a deallocated one: 11 / 17 s. Restart: 70 / 290 s. Start a stopped one: 7 / 36 s. Apply the model to two: 48 / 111 s. Extension: 23 / 152 s. A rolling upgrade advances in steps of about 60 s.',
    RECORDED,
    'OS disk swap, reimage and starting a deallocated machine were not found; their times are assumptions (90 / 240 s, 90 / 240 s, 45 / 120 s).',
  ),
  documented(
    'TM-01',
    'Figures of the article',
    'cloud-init at boot 4 to 6 minutes, a baked image about 50 s, a goal under 90 s.',
    ARTICLE,
  ),
  documented(
    'TM-02',
    'A study of 2012',
    'From request to first answer: Azure 357 to 406 s, EC2 Linux 97 s and Windows 810 s, Rackspace 44 and 429 s. For pessimists only: the platform of today is another.',
    'Mao and Humphrey, IEEE CLOUD 2012',
  ),
  documented(
    'TM-03',
    'Later work',
    'on two other clouds: image size, region, type and OS matter most, and much has improved since.',
    'arXiv 2107.03467',
  ),
  documented(
    'TM-04',
    'Reports from the field',
    'Custom-image agents 2 to 4 minutes, 30 on bad days; test clusters 8.5 to 9 minutes with cloud-init; AKS nodes 3 to 7 minutes.',
    sources(
      issue('jenkinsci/azure-vm-agents-plugin#205'),
      issue('scylladb/scylla-cluster-tests#11381'),
      issue('Azure/AKS#1898'),
      issue('ANZAzureDevs/New-Breakpoint#37'),
    ),
    'Known from observation.',
  ),
  documented('TM-05', 'Placement', 'decides in milliseconds; the twin takes no time for it.', 'Protean, OSDI 2020'),
  documented(
    'TM-06',
    'Guests that never report',
    'Provisioning gives up after 40 minutes, after 90 with extensions in the deployment.',
    issue('MicrosoftDocs/SupportArticles-docs#1787'),
    'Known from an open documentation change only.',
  ),
  documented(
    'TM-07',
    'Budget of extensions',
    'extensionsTimeBudget: PT1H30M by default, PT15M to PT2H.',
    'REST reference: VirtualMachineScaleSetExtensionProfile',
  ),
  documented(
    'TM-08',
    'Start against create',
    'Starting a deallocated machine is quicker than a new one, starting a stopped one quicker still.',
    sources(FAQ, issue('jackfrancis/kamino#78')),
    'Without figures.',
  ),
  documented(
    'TM-09',
    'Ephemeral OS disks',
    'scale and upgrade faster, managed ones slower.',
    'REST reference: OSDiskType of container services',
    'Without figures.',
  ),
  documented(
    'TM-10',
    'Health wait',
    'after an OS upgrade: five minutes, then the former disk is restored by default.',
    AOS,
  ),
  documented(
    'TM-11',
    'A public trace',
    '2,695,548 machines and 104,371,713 machine hours in 30 days: 38.7 hours each.',
    'Azure/AzurePublicDataset, version 2',
    'The mean is derived.',
  ),
]
