/** Services: their annotations, and what they make together where a Network Load Balancer is made of them. */
import type { Service } from '../../../src/kube/types';
import { checkAnnotations } from '../annotations';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { autoModeUnsupported, needsNewerController } from '../ingress/profile';
import { isPatch, type Subject } from '../subject';
import { addressCount, addressScheme, needsDualStack } from './nlb/addresses';
import { beatenSettings } from './nlb/beaten';
import { ownEntries, takerOf } from './nlb/facts';
import { actionServices, everyPortTls, quicPorts, tlsPorts, tlsWithoutCertificate } from './nlb/listeners';
import { ignoredAnnotations, unclearTaker } from './nlb/taker';

export type ServiceCheck = (service: Subject<Service>, context: CheckContext) => Finding[];

/** Of Services that the controller takes, or may take. */
const LOAD_BALANCER_CHECKS: readonly ServiceCheck[] = [
  addressScheme,
  addressCount,
  needsDualStack,
  tlsPorts,
  quicPorts,
  tlsWithoutCertificate,
  everyPortTls,
  actionServices,
  beatenSettings,
];

export function checkService(service: Subject<Service>, context: CheckContext): Finding[] {
  const own = [...checkValues(service), ...checkProfile(service, context)];
  if (isPatch(service) || ownEntries(service).length === 0) return own;
  const taken = [...ignoredAnnotations(service, context), ...unclearTaker(service, context)];
  const taker = takerOf(service);
  const isTaken = taker === 'ours' || taker === 'unclear';
  return [
    ...own,
    ...taken,
    ...(isTaken ? LOAD_BALANCER_CHECKS : []).flatMap((check) => check(service, context)),
  ];
}

/** What others read they judge themselves; but Kubernetes wants strings, and no prefix is misspelled on purpose. */
function checkValues(service: Subject<Service>): Finding[] {
  const findings = checkAnnotations(service.object);
  if (takerOf(service) !== 'other') return findings;
  const theirs = ownEntries(service);
  const isTheirs = ({ span }: Finding) =>
    theirs.some(({ keySpan, valueSpan }) => span.start >= keySpan.start && span.end <= valueSpan.end);
  return findings.filter((one) => one.code === 'value-not-string' || !isTheirs(one));
}

function checkProfile(service: Subject<Service>, context: CheckContext): Finding[] {
  if (takerOf(service) === 'other') return [];
  return [...needsNewerController(service, context), ...autoModeUnsupported(service, context)];
}
