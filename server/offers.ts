/** What may be written at a place because it exists: in the files of the workspace, in the account, in the cluster. */
import type { Offer } from '../src/annotations/live';
import { annotationKey } from '../src/annotations/read';
import type { Service } from '../src/kube/types';
import { USE_ANNOTATION } from './checks/subject';
import type { LiveSource, LiveValue, LiveValues } from './liveValues';
import { listOf } from './workspace/keys';
import type { Located, Workspace } from './workspace/workspace';

export interface Offers {
  /** The nearest first. Services stand in the namespace of the object; `of` is the Service whose ports are meant. */
  list(offer: Offer, of?: string): readonly LiveValue[];
  /** Whether more may be there in a moment. */
  pending(): boolean;
}

/** What may be offered to the object that the cursor is in. */
export function createOffers(workspace: Workspace, live: LiveValues, located: Located | undefined): Offers {
  let pending = false;
  const fromLive = (source: LiveSource): readonly LiveValue[] => {
    const namespace = NAMESPACED.has(source) ? located?.object.namespace : undefined;
    const known = live.known(source, namespace);
    pending ||= known.pending;
    return (known.answer?.values ?? []).filter(({ unusable }) => unusable === undefined);
  };
  const inFiles = (kind: string) => (located === undefined ? [] : objectsOf(kind, workspace, located));
  const actions = located === undefined ? [] : actionNames(located);
  const services = () => [...inFiles('Service').map(serviceValue), ...fromLive('services')];
  return {
    pending: () => pending,
    list(offer, of) {
      switch (offer) {
        case 'services':
          return unique(services());
        case 'servicePorts':
          return [
            ...(of !== undefined && actions.includes(of) ? [ACTION_PORT] : []),
            ...portsOf(unique(services()).find(({ value }) => value === of)),
          ];
        case 'secrets':
          return unique([...inFiles('Secret').map(inFile), ...fromLive(offer)]);
        case 'ingressClasses':
          return unique([...inFiles('IngressClass').map(inFile), ...fromLive(offer)]);
        default:
          return fromLive(offer);
      }
    },
  };
}

const NAMESPACED: ReadonlySet<LiveSource> = new Set(['services', 'secrets']);

const ACTION_PORT: LiveValue = { value: USE_ANNOTATION, label: 'the action of that name in the annotations' };

/** The actions of an Ingress: a backend may name one in place of a Service. */
export function actionValues(located: Located | undefined): LiveValue[] {
  if (located === undefined) return [];
  return actionNames(located).map((value) => ({ value, label: 'action of this Ingress' }));
}

function actionNames({ object }: Located): string[] {
  const start = annotationKey('actions.');
  return object.annotations.flatMap(({ key }) => (key.startsWith(start) ? [key.slice(start.length)] : []));
}

/** Objects of the workspace that the object would meet in a cluster. */
function objectsOf(kind: string, workspace: Workspace, from: Located): Located[] {
  const names = new Set<string>();
  for (const { located } of workspace.files())
    for (const { object } of located)
      if (object.kind === kind && object.name !== undefined) names.add(object.name);
  return [...names].sort().flatMap((name) => workspace.findObject(kind, name, from)[0] ?? []);
}

function serviceValue(located: Located): LiveValue {
  const { spec } = located.object.value as Service;
  const ports = listOf(spec?.ports).flatMap((port) =>
    port == null ? [] : [{ name: String(port.name ?? ''), number: String(port.port) }],
  );
  const shown = ports.map(({ name, number }) => `${number} ${name}`.trim()).join(', ');
  const { value, label } = inFile(located);
  return {
    value,
    label: shown === '' ? label : `${shown}, ${label}`,
    facts: { ports: ports.map(({ name, number }) => `${name}:${number}`).join(',') },
  };
}

function inFile({ object, file }: Located): LiveValue {
  return { value: object.name ?? '', label: `in ${file.uri.slice(file.uri.lastIndexOf('/') + 1)}` };
}

/** The ports of a Service, by name where they have one, and by number. */
function portsOf(service: LiveValue | undefined): LiveValue[] {
  const ports = (service?.facts?.['ports'] ?? '').split(',').filter((port) => port !== '');
  return ports.flatMap((port) => {
    const [name = '', number = ''] = port.split(':');
    const byNumber = { value: number, label: name === '' ? 'port' : `port ${name}` };
    return name === '' ? [byNumber] : [{ value: name, label: `port ${number}` }, byNumber];
  });
}

/** Of two with the same name the first. */
function unique(values: readonly LiveValue[]): LiveValue[] {
  const seen = new Map<string, LiveValue>();
  for (const one of values) if (!seen.has(one.value)) seen.set(one.value, one);
  return [...seen.values()];
}
