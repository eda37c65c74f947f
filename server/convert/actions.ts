/** Code actions that bring an Ingress over from another controller. */
import type { Ingress, Service } from '../../src/kube/types';
import type { Edit } from '../edits';
import type { Located, Workspace } from '../workspace/workspace';
import { convertCanary } from './canary';
import type { Conversion } from './conversion';
import { convertLegacy } from './legacyAlb';
import { convertNginx, nginxKeys } from './nginx';
import { isObject } from './routes';
import { classOf, isOn, NGINX_PREFIX } from './source';
import { textEdits } from './textEdits';
import { CONVERT } from './titles';

export interface ConversionAction {
  readonly title: string;
  /** Within the chunk of the Ingress. */
  readonly edits: readonly Edit[];
}

/** What can be converted of one Ingress. */
export function conversionActions(located: Located, workspace: Workspace): ConversionAction[] {
  const ingress = located.object.value as Ingress;
  if (located.object.kind !== 'Ingress' || !isObject(ingress.spec) || !isObject(ingress.metadata)) return [];
  return [...fromNginx(located, ingress, workspace), ...fromLegacy(located, ingress)];
}

function fromNginx(located: Located, ingress: Ingress, workspace: Workspace): ConversionAction[] {
  const isNginx = nginxKeys(ingress).length > 0 || /nginx/i.test(classOf(ingress) ?? '');
  if (!isNginx || isCanary(ingress)) return [];
  const services = (key: string) => {
    const found = workspace.findObject('Service', key.split('/')[1] ?? '', located)[0];
    return found?.object.value as Service | undefined;
  };
  const canaries = canariesOf(located, ingress, workspace);
  return [
    ...action(CONVERT, located, convertNginx(ingress, services)),
    ...canaries.flatMap((canary) =>
      action(
        `${CONVERT}, with the canary \`${canary.metadata.name}\``,
        located,
        convertCanary(ingress, canary, services),
      ),
    ),
  ];
}

function fromLegacy(located: Located, ingress: Ingress): ConversionAction[] {
  const conversion = convertLegacy(ingress);
  const isEmpty =
    conversion.remove.length + Object.keys(conversion.add).length + conversion.spec.length === 0;
  return isEmpty ? [] : action('Renew the spellings of the old ALB controller', located, conversion);
}

function action(title: string, { object }: Located, conversion: Conversion): ConversionAction[] {
  const edits = textEdits(object, conversion);
  return edits === undefined || edits.length === 0 ? [] : [{ title, edits }];
}

function isCanary(ingress: Ingress): boolean {
  return isOn(ingress.metadata?.annotations?.[`${NGINX_PREFIX}/canary`]);
}

/** Canaries beside the Ingress that answer for one of its hosts. */
function canariesOf(located: Located, ingress: Ingress, workspace: Workspace): Ingress[] {
  const hosts = hostsOf(ingress);
  return workspace.beside(located).flatMap(({ object }) => {
    const other = object.value as Ingress;
    const isOne =
      object.kind === 'Ingress' && object.namespace === located.object.namespace && isCanary(other);
    return isOne && hostsOf(other).some((host) => hosts.includes(host)) ? [other] : [];
  });
}

function hostsOf({ spec }: Ingress): string[] {
  return Array.isArray(spec?.rules) ? spec.rules.map((rule) => rule?.host ?? '') : [];
}
