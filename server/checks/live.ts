/** What an Ingress names, against what exists in the account and region of the connection; silent where nobody was asked. */
import { splitList } from '../../src/annotations/kinds';
import type { Suffix } from '../../src/annotations/read';
import { serves } from '../../src/model/certificateNames';
import type { LiveAnswer, LivePlace } from '../../src/protocol';
import type { Entry } from '../objects';
import type { CheckContext } from './context';
import type { Finding } from './finding';
import { hostsOf } from './ingress/facts';
import type { IngressSubject } from './subject';
import { entryOf, readValue, spanOfAnnotation } from './subject';

/** Certificates, subnets and security groups that annotations name. */
export function namedResources(ingress: IngressSubject, context: CheckContext): Finding[] {
  return [...givenCertificates(ingress, context), ...resources(ingress, context)];
}

const CERTIFICATE = /^arn:aws[\w-]*:acm:([\w-]+):(\d{12}):certificate\/[\w-]+$/;

/** Certificates of another account or region may exist: nobody was asked about them. */
function givenCertificates(ingress: IngressSubject, context: CheckContext): Finding[] {
  const entry = entryOf(ingress, 'certificate-arn');
  const answer = entry === undefined ? undefined : context.live('certificates');
  if (answer?.place === undefined) return [];
  const { place, values } = answer;
  return elementsOf(entry, CERTIFICATE).flatMap(({ text, span }) => {
    const [, region, account] = CERTIFICATE.exec(text) ?? [];
    if (region !== place.region || account !== place.account) return [];
    const found = values.find(({ value }) => value === text);
    if (found !== undefined && found.unusable === undefined) return [];
    const why = found === undefined ? `it does not exist in ${place.region}` : found.unusable;
    const message = `The certificate cannot be used: ${why}.`;
    const advice = 'Take one that is issued, or renew it.';
    return [{ code: 'certificate-not-usable', span, message, advice } satisfies Finding];
  });
}

/** Annotations with ids, what they are ids of, and what is called so. */
const RESOURCES = [
  ['subnets', 'subnets', /^subnet-[0-9a-f]{8,17}$/, 'subnet'],
  ['frontend-nlb-subnets', 'subnets', /^subnet-[0-9a-f]{8,17}$/, 'subnet'],
  ['security-groups', 'securityGroups', /^sg-[0-9a-f]{8,17}$/, 'security group'],
  ['frontend-nlb-security-groups', 'securityGroups', /^sg-[0-9a-f]{8,17}$/, 'security group'],
] as const satisfies readonly (readonly [Suffix, 'subnets' | 'securityGroups', RegExp, string])[];

function resources(ingress: IngressSubject, context: CheckContext): Finding[] {
  return RESOURCES.flatMap(([suffix, source, form, noun]) => {
    const entry = entryOf(ingress, suffix);
    const answer = entry === undefined ? undefined : context.live(source);
    if (answer?.place === undefined || isElsewhere(ingress, answer.place)) return [];
    const { place } = answer;
    return elementsOf(entry, form)
      .filter(({ text }) => !exists(answer, text))
      .map(
        ({ text, span }): Finding => ({
          code: 'resource-not-found',
          span,
          message: `There is no ${noun} \`${text}\` in ${place.vpcId} (${place.region}).`,
          advice: 'Check the id, or connect to the account and region that the manifest is for.',
        }),
      );
  });
}

function exists({ values }: LiveAnswer, id: string): boolean {
  return values.some(({ value }) => value === id);
}

const PLACE = /arn:aws[\w-]*:[\w-]+:([a-z]{2}-[\w-]+):(\d{12}):/g;

/** An ARN of another account or region tells that the manifest is not for the one that was asked. */
function isElsewhere({ annotations }: IngressSubject, { account, region }: LivePlace): boolean {
  return Object.values(annotations).some((value) =>
    [...value.matchAll(PLACE)].some((arn) => arn[1] !== region || arn[2] !== account),
  );
}

/**
 * Without an ARN the controller looks for issued certificates that fit the hosts, and every host needs one
 * (lbc:pkg/certs/cert_discovery.go).
 */
export function soughtCertificates(ingress: IngressSubject, context: CheckContext): Finding[] {
  const hosts = seeks(ingress, context) ? hostsOf(ingress) : [];
  const answer = hosts.length === 0 ? undefined : context.live('certificates');
  if (answer?.place === undefined || isElsewhere(ingress, answer.place)) return [];
  const domains = answer.values.flatMap(({ unusable, facts }) =>
    unusable === undefined ? (facts?.['domains'] ?? '').split(',') : [],
  );
  const without = hosts.filter((host) => !domains.some((domain) => serves(domain, host)));
  if (without.length === 0) return [];
  return [
    {
      code: 'certificate-not-found',
      span: spanOfAnnotation(ingress, 'listen-ports'),
      message: `No issued certificate in ${answer.place.region} fits ${without.map((host) => `\`${host}\``).join(', ')}.`,
      advice: 'Request one in ACM, or name one with `certificate-arn`.',
    },
  ];
}

function seeks(ingress: IngressSubject, context: CheckContext): boolean {
  const ports = readValue(ingress, 'listen-ports') ?? [];
  if (!ports.some((one) => 'HTTPS' in one) || entryOf(ingress, 'certificate-arn') !== undefined) return false;
  return readValue(ingress, 'create-acm-cert') !== true && !classMayNameOne(ingress, context);
}

/** The class's parameters may name certificates; of a class that nobody has seen, nobody can tell. */
function classMayNameOne(ingress: IngressSubject, context: CheckContext): boolean {
  const { name, legacy, ingressClass, params } = context.classOf(ingress);
  if (legacy) return false;
  if (params !== undefined) return (params.value.spec?.certificateArn ?? []).length > 0;
  if (ingressClass !== undefined) return ingressClass.value.spec?.parameters !== undefined;
  const known = context.live('ingressClasses')?.values.find(({ value }) => value === name);
  return known === undefined || (known.facts?.['parameters'] ?? '') !== '';
}

interface Element {
  readonly text: string;
  readonly span: Finding['span'];
}

function elementsOf(entry: Entry | undefined, form: RegExp): Element[] {
  if (entry === undefined || entry.type !== 'string') return [];
  return splitList(entry.value)
    .filter(({ text }) => form.test(text))
    .map(({ text, start, end }) => ({ text, span: entry.places.span({ start, end }) }));
}
