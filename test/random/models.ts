import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { createContext } from '../../server/checks/context';
import { ANSWERS, SETTINGS, simulate } from '../../server/checks/group/simulate';
import { type IngressSubject, subjectOf } from '../../server/checks/subject';
import { atOnce } from '../../server/turns';
import { byKey } from '../../src/kube/snapshot';
import type { ClusterView, Ingress, KubeObject, Service } from '../../src/kube/types';
import { buildStack } from '../../src/model/build';
import { type Group, loadGroups } from '../../src/model/group';
import { groupIdText } from '../../src/model/groupId';
import { buildServiceStack, isOurs } from '../../src/model/service';
import { type Stack, stackJson } from '../../src/model/stack';
import type { Manifest } from '../conformance/objects';
import { manifest, serviceWith } from '../helpers/workspace';
import { lookupsOf as serviceLookups } from '../model/service/world';

/** What a group or a Service comes to, or why it is refused. */
export interface Modelled {
  readonly id: string;
  readonly stack?: unknown;
  readonly refusal?: string;
  /** Services that it names and that are not in the manifests. */
  readonly missing?: readonly string[];
  readonly members?: readonly string[];
}

/** What `ekslb model` says, with the answers of AWS that the editor takes for granted. */
export function modelOf(manifests: readonly Manifest[]): Modelled[] {
  const view = viewOf(manifests);
  const services = [...view.services.values()].filter(isOurs);
  return [
    ...groupsOf(view).map((group) => groupModelled(group, view)),
    ...services.map(({ metadata }) => {
      const key = `${metadata.namespace}/${metadata.name}`;
      const service = view.services.get(key) as Service;
      return modelled(`Service ${key}`, () =>
        buildServiceStack(service, serviceLookups(view.services), SETTINGS),
      );
    }),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function groupModelled(group: Group, { services }: ClusterView): Modelled {
  const missing: string[] = [];
  const service = (key: string) => {
    const found = services.get(key);
    if (found === undefined) missing.push(key);
    return found;
  };
  return {
    ...modelled(groupIdText(group.id), () => buildStack(group, { ...ANSWERS, service }, SETTINGS)),
    missing,
    members: group.members.map(({ key }) => key).sort(),
  };
}

function groupsOf(view: ClusterView): Group[] {
  return loadGroups(view).filter(({ members }) => members.length > 0);
}

function modelled(id: string, build: () => Stack): Modelled {
  try {
    return { id, stack: stackJson(build()).resources };
  } catch (error) {
    return { id, refusal: error instanceof Error ? error.message : String(error) };
  }
}

function viewOf(manifests: readonly Manifest[]): ClusterView {
  const objects = manifests as readonly unknown[] as readonly KubeObject[];
  const ofKind = <T extends KubeObject>(kind: string) =>
    byKey<T>(objects.filter((one) => one.kind === kind) as T[]);
  const services = ofKind<Service>('Service');
  return {
    ingresses: ofKind<Ingress>('Ingress'),
    services: new Map([...services].map(([key, service]) => [key, asServed(service)])),
    ingressClasses: withAlb(ofKind('IngressClass')),
    ingressClassParams: ofKind('IngressClassParams'),
    namespaces: ofKind('Namespace'),
  };
}

function withAlb(classes: ClusterView['ingressClasses']): ClusterView['ingressClasses'] {
  return new Map([
    ...classes,
    ['alb', { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } }],
  ]);
}

/** With the node ports that the API server gives. */
function asServed(service: Service): Service {
  const ports = service.spec?.ports?.map((port) =>
    service.spec?.type === 'ClusterIP' ? port : { nodePort: 30_000, ...port },
  );
  return {
    ...service,
    metadata: { uid: '', ...service.metadata },
    spec: { ...service.spec, ...(ports && { ports }) },
  };
}

/** What the language server makes of the same manifests. */
export interface Simulated extends Modelled {
  /** Errors that it tells of the members. */
  readonly errors: readonly string[];
}

const FILE = 'all.yaml';
const ALB = {
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'alb' } },
  spec: { controller: 'ingress.k8s.aws/alb' },
};

/** The groups that the language server sees in the manifests, by their ids. */
export function simulationOf(manifests: readonly Manifest[]): Map<string, Simulated> {
  const text = [ALB, ...manifests].map((one) => JSON.stringify(one)).join('\n---\n');
  const service = serviceWith({ [FILE]: text });
  const file = service.workspace.file(manifest(FILE, '').uri);
  const context = createContext(service.workspace, {});
  const errors = service
    .validate(file?.manifest ?? manifest(FILE, text))
    .filter(({ code, severity }) => severity === DiagnosticSeverity.Error || code === 'class-not-found')
    .map(({ code, message, range }) => ({ line: range.start.line, text: `${code}: ${message}` }));
  const groups = new Map<string, Simulated>();
  for (const located of file?.located ?? []) {
    if (located.object.kind !== 'Ingress') continue;
    const subject = subjectOf(located) as IngressSubject;
    if (context.ownership(subject) === 'foreign') continue;
    const name = context.groupName(subject);
    const members = name === undefined ? [subject] : context.members(subject, name);
    groups.set(name ?? subject.label, {
      ...simulated(name ?? '', members, context),
      errors: errors.map((one) => one.text),
    });
  }
  return groups;
}

function simulated(
  name: string,
  members: readonly IngressSubject[],
  context: Parameters<typeof simulate>[2],
): Omit<Simulated, 'errors'> {
  const { refusals, stack } = atOnce(simulate(name, members, context));
  const [first] = refusals;
  return {
    id: name,
    members: members.map(({ label }) => label),
    ...(first === undefined ? {} : { refusal: first.message }),
    ...(stack === undefined || first !== undefined ? {} : { stack: stackJson(stack).resources }),
  };
}
