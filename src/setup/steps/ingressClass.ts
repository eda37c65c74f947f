import { CONTROLLERS } from '../../annotations/controllers';
import { UserError } from '../../errors';
import { RESOURCES, type Resource } from '../../kube/resources';
import type { Ingress, IngressClass, KubeObject } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Action, applyAction, deleteAction } from '../action';
import { glance, look, lookForAll, present, some } from '../controller/look';
import { LABELS } from '../controller/names';
import { isAutoMode, kubeIfThere, type Setup } from '../setup';
import { isFalse, type Step, verdict } from '../step';

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const LEGACY = 'kubernetes.io/ingress.class';

/** What a class looks like; EKS Auto Mode has kinds of its own. */
interface Flavour {
  readonly controller: string;
  readonly group: string;
  readonly version: string;
}

const ALB: Flavour = { controller: CONTROLLERS.alb, group: 'elbv2.k8s.aws', version: 'v1beta1' };
const AUTO: Flavour = { controller: CONTROLLERS.autoMode, group: 'eks.amazonaws.com', version: 'v1' };

const flavourOf = async (setup: Setup) => ((await isAutoMode(setup)) ? AUTO : ALB);

export const ingressClass: Step = {
  id: 'ingress-class',
  title: 'IngressClass',
  why: 'An Ingress whose class is missing, or belongs to somebody else, gets no load balancer and no event.',
  phase: 'controller',
  requires: ['kubeconfig', 'crds', 'controller'],
  async check(setup) {
    const { className } = setup.choices;
    const found = await look<IngressClass>(setup, RESOURCES.IngressClass, undefined, className);
    if (found === undefined) return isFalse(`There is no IngressClass ${className}.`);
    const flavour = await flavourOf(setup);
    const problems = [
      ...controllerProblem(found, flavour),
      ...(await parameterProblem(setup, found, flavour)),
    ];
    return verdict(
      [...problems, ...(await defaultProblems(setup, found))],
      `${className} belongs to ${flavour.controller}, with IngressClassParams ${found.spec?.parameters?.name}.`,
    );
  },
  async plan(setup) {
    const { className } = setup.choices;
    const found = await glance<IngressClass>(setup, RESOURCES.IngressClass, undefined, className);
    const flavour = await flavourOf(setup);
    const foreign = found !== undefined && controllerProblem(found, flavour).length > 0;
    const [params, wanted] = objectsOf(setup, flavour, foreign ? undefined : found);
    const made = applyAction(`Make the IngressClass ${className} and its IngressClassParams`, [
      params,
      wanted,
    ]);
    return foreign ? [replaced(found), made] : [made];
  },
  async undo(setup) {
    const kube = await kubeIfThere(setup);
    if (kube === undefined) return [];
    const { className } = setup.choices;
    const found = await glance<IngressClass>(setup, RESOURCES.IngressClass, undefined, className);
    const flavour = await flavourOf(setup);
    if (found !== undefined && controllerProblem(found, flavour).length > 0) return [];
    const there = await present(kube, objectsOf(setup, flavour, found));
    if (there.length > 0) await refuseInUse(setup);
    return there
      .reverse()
      .map((object) =>
        deleteAction(`Delete ${object.kind} ${keyOf(object)}`, object, `${object.kind} ${keyOf(object)}`),
      );
  },
};

function controllerProblem({ metadata, spec }: IngressClass, { controller }: Flavour): string[] {
  if (spec?.controller === controller) return [];
  return [
    `The IngressClass ${metadata.name} belongs to ${spec?.controller}, not to ${controller}. That cannot be changed: it has to be made anew, or another name chosen.`,
  ];
}

async function parameterProblem(setup: Setup, found: IngressClass, flavour: Flavour): Promise<string[]> {
  const { parameters } = found.spec ?? {};
  const { name } = found.metadata;
  if (parameters === undefined) {
    return [
      `The IngressClass ${name} names no IngressClassParams, the place of settings for all its Ingresses.`,
    ];
  }
  if (parameters.apiGroup !== flavour.group || parameters.kind !== 'IngressClassParams') {
    return [
      `The IngressClass ${name} takes its parameters from ${parameters.kind} of ${parameters.apiGroup ?? 'no group'}; it needs IngressClassParams of ${flavour.group}.`,
    ];
  }
  const there = await look(setup, paramsResource(flavour), undefined, parameters.name);
  if (there !== undefined) return [];
  return [`The IngressClass ${name} names IngressClassParams ${parameters.name}, which are not there.`];
}

function paramsResource({ group, version }: Flavour): Resource {
  return { base: `/apis/${group}/${version}`, plural: 'ingressclassparams', namespaced: false };
}

const isDefault = ({ metadata }: KubeObject) => metadata.annotations?.[DEFAULT] === 'true';

/** lbc:pkg/ingress/class_loader.go: several defaults are an error for every Ingress without a class. */
async function defaultProblems(setup: Setup, found: IngressClass): Promise<string[]> {
  const { defaultClass, className } = setup.choices;
  const all = await lookForAll<IngressClass>(setup, RESOURCES.IngressClass);
  const others = all.filter((one) => one.metadata.name !== className && isDefault(one)).map(keyOf);
  if (!defaultClass) return [];
  return [
    ...(isDefault(found) ? [] : [`The IngressClass ${className} is not the default.`]),
    ...others.map(
      (name) =>
        `${name} is a default class, too: with two of them Ingresses without a class are refused. Take the annotation ${DEFAULT} from one.`,
    ),
  ];
}

/** The parameters first: a class may not name what is not there (lbc: up to 2.4.2 it is looked at once). */
function objectsOf(
  { choices }: Setup,
  { controller, group, version }: Flavour,
  found: IngressClass | undefined,
): [KubeObject, KubeObject] {
  const { className, defaultClass } = choices;
  const own = found?.spec?.parameters;
  const name = own?.apiGroup === group ? own.name : className;
  const annotations = defaultClass ? { annotations: { [DEFAULT]: 'true' } } : {};
  const params = {
    apiVersion: `${group}/${version}`,
    kind: 'IngressClassParams',
    // By its label the webhook lets it pass while no pod of the controller is ready yet.
    metadata: { name, labels: LABELS },
  };
  const parameters = { apiGroup: group, kind: 'IngressClassParams', name };
  const wanted = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: className, labels: LABELS, ...annotations },
    spec: { controller, parameters },
  };
  return [params, wanted];
}

function replaced({ metadata, spec }: IngressClass): Action {
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: metadata.name },
  };
  return deleteAction(
    `Delete the IngressClass ${metadata.name}, whose controller cannot be changed`,
    object,
    `IngressClass ${metadata.name} of ${spec?.controller}; its Ingresses go to the new one`,
  );
}

async function refuseInUse(setup: Setup): Promise<void> {
  const { className } = setup.choices;
  const all = await lookForAll<Ingress>(setup, RESOURCES.Ingress);
  const users = all.filter(
    ({ metadata, spec }) =>
      spec?.ingressClassName === className || metadata.annotations?.[LEGACY] === className,
  );
  if (users.length === 0) return;
  throw new UserError('setup-in-use', `The IngressClass ${className} stays: Ingresses use it.`, {
    details: [`  ${some(users.map(keyOf))}`],
    why: 'Without their class the controller does not clean up after them.',
    advice: 'Delete them, or give them another class, then run the same again.',
  });
}
