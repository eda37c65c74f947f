import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  DeleteListenerCommand,
  type Listener,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../aws/clients';
import { isGone, listExtraCertificates, type Tagged } from '../../aws/elbv2';
import { diffTags } from '../../aws/inventory';
import { actionsInWords } from '../../aws/words';
import { LISTENER, type ListenerSpec, LOAD_BALANCER, refTo, type Stack } from '../../model/stack';
import { type Change, diffRecords, type FieldChange, type Outputs, type Run, showToken } from '../change';
import { actionsText } from '../compare';
import { sdkActions, sdkMutualAuthentication, sdkTags } from '../sdk';
import { resourceTags, type StackContext } from './context';
import { tagFields } from './securityGroup';
import { attributeFields, writeElbTags } from './targetGroup';

const WHAT = 'Listener';

/** What AWS says of a listener besides the list itself; only asked where it matters. */
export interface ListenerDetails {
  readonly extraCertificates: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** Listeners are matched by load balancer and port. Surplus ones go first: they may hold target groups. Source: lbc:pkg/deploy/elbv2/listener_*.go. */
export function planListeners(
  context: StackContext,
  actual: readonly Tagged<Listener>[],
  details: ReadonlyMap<string, ListenerDetails>,
): { surplus: Change[]; changes: Change[] } {
  const desired = Object.entries(context.stack.resources[LISTENER] ?? {});
  const place = (balancer = '', port = 0) => `${balancer}:${port}`;
  const byPlace = new Map(actual.map((one) => [place(one.value.LoadBalancerArn, one.value.Port), one]));
  const changes = desired.flatMap(([id, { spec }]) => {
    const wanted = place(context.outputs.find(spec.loadBalancerARN), spec.port);
    const match = byPlace.get(wanted);
    byPlace.delete(wanted);
    if (match === undefined) return [createListener(context, id, spec)];
    const arn = match.value.ListenerArn ?? '';
    context.outputs.put(refTo(LISTENER, id, 'listenerARN'), arn);
    return updateListener(context, id, spec, match, details.get(arn));
  });
  return { surplus: [...byPlace.values()].map(({ value }) => deleteListener(value)), changes };
}

/** What is wanted at a port of a load balancer, which is named by its id in the stack. */
export function listenerSpec(
  { resources }: Stack,
  balancer: string,
  port: number | undefined,
): ListenerSpec | undefined {
  const { $ref } = refTo(LOAD_BALANCER, balancer, 'loadBalancerARN');
  const found = Object.values(resources[LISTENER] ?? {}).find(
    ({ spec: { loadBalancerARN: arn, port: own } }) =>
      own === port && typeof arn !== 'string' && arn.$ref === $ref,
  );
  return found?.spec;
}

function nameOf(spec: { readonly protocol: string; readonly port: number }): string {
  return `${spec.protocol}:${spec.port}`;
}

function settingsOf(spec: ListenerSpec, outputs: Outputs) {
  const [first] = spec.certificates ?? [];
  return {
    ...{ Port: spec.port, Protocol: spec.protocol as Listener['Protocol'], SslPolicy: spec.sslPolicy },
    DefaultActions: sdkActions(spec.defaultActions, outputs.need),
    ...(first && { Certificates: [{ CertificateArn: outputs.need(first.certificateARN) }] }),
    MutualAuthentication: sdkMutualAuthentication(spec.mutualAuthentication),
    ...(spec.alpnPolicy && { AlpnPolicy: [...spec.alpnPolicy] }),
  };
}

/** The default certificate is also added to the list from which SNI picks (lbc: buildSDKCertificates). */
function extraCertificates(spec: ListenerSpec, outputs: Outputs): string[] {
  return [...new Set((spec.certificates ?? []).map(({ certificateARN }) => outputs.need(certificateARN)))];
}

function createListener(context: StackContext, id: string, spec: ListenerSpec): Change {
  return {
    ...{ kind: 'create', what: WHAT, name: nameOf(spec), fields: summary(context, spec) },
    of: { type: LISTENER, id },
    async apply({ aws, outputs }) {
      const { Listeners } = await aws.elbv2.send(
        new CreateListenerCommand({
          ...settingsOf(spec, outputs),
          LoadBalancerArn: outputs.need(spec.loadBalancerARN),
          Tags: sdkTags(resourceTags(context, id, spec.tags)),
        }),
      );
      const arn = Listeners?.[0]?.ListenerArn ?? '';
      outputs.put(refTo(LISTENER, id, 'listenerARN'), arn);
      await writeCertificates(aws, arn, extraCertificates(spec, outputs), []);
      await writeAttributes(aws, arn, spec.listenerAttributes ?? []);
    },
  };
}

function summary(context: StackContext, spec: ListenerSpec): FieldChange[] {
  const [first, ...extra] = (spec.certificates ?? []).map(({ certificateARN }) =>
    showToken(certificateARN, context.outputs),
  );
  return [
    {
      path: 'default action',
      after: actionsInWords(sdkActions(spec.defaultActions, (token) => showToken(token, context.outputs))),
    },
    ...(first === undefined ? [] : [{ path: 'certificate', after: first }]),
    ...extra.map((after) => ({ path: 'extra certificate', after })),
    ...(spec.sslPolicy === undefined ? [] : [{ path: 'SSL policy', after: spec.sslPolicy }]),
    ...(spec.alpnPolicy === undefined ? [] : [{ path: 'ALPN policy', after: [...spec.alpnPolicy] }]),
    ...attributeFields(spec.listenerAttributes ?? [], {}),
  ];
}

function updateListener(
  context: StackContext,
  id: string,
  spec: ListenerSpec,
  { value: actual, tags: current }: Tagged<Listener>,
  details: ListenerDetails | undefined,
): Change[] {
  const { outputs, settings } = context;
  const arn = actual.ListenerArn ?? '';
  const tags = diffTags(
    resourceTags(context, id, spec.tags),
    current,
    settings.clusterName,
    settings.externalManagedTags,
  );
  const changed = settingFields(context, spec, actual);
  const before = details?.extraCertificates ?? [];
  const after = extraCertificates(spec, outputs);
  const wanted = (spec.listenerAttributes ?? []).filter(
    ({ key, value }) => details?.attributes[key] !== value,
  );
  const fields = [
    ...changed,
    ...after.filter((one) => !before.includes(one)).map((one) => ({ path: 'extra certificate', after: one })),
    ...before
      .filter((one) => !after.includes(one))
      .map((one) => ({ path: 'extra certificate', before: one })),
    ...attributeFields(wanted, details?.attributes ?? {}),
    ...tagFields(tags, current),
  ];
  if (fields.length === 0) return [];
  const apply = async ({ aws }: Run) => {
    await writeElbTags(aws, arn, tags);
    let current = before;
    if (changed.length > 0) {
      await aws.elbv2.send(new ModifyListenerCommand({ ListenerArn: arn, ...settingsOf(spec, outputs) }));
      // AWS takes a certificate that becomes the default one off the list for SNI.
      if (after.length > 0) current = await listExtraCertificates(aws, arn);
    }
    await writeCertificates(aws, arn, after, current);
    await writeAttributes(aws, arn, wanted);
  };
  const of = { type: LISTENER, id };
  return [{ kind: 'update', what: WHAT, name: nameOf(spec), of, arn, fields, apply }];
}

function settingFields(context: StackContext, spec: ListenerSpec, actual: Listener): FieldChange[] {
  const show = (token: Parameters<typeof showToken>[0]) => showToken(token, context.outputs);
  const wanted = sdkActions(spec.defaultActions, show);
  const mutual = sdkMutualAuthentication(spec.mutualAuthentication);
  const [first] = spec.certificates ?? [];
  const same = {
    protocol: actual.Protocol,
    certificate: actual.Certificates?.[0]?.CertificateArn,
    'SSL policy': actual.SslPolicy,
    // As the controller does, what stands there is left alone where nobody asks for any.
    'ALPN policy': spec.alpnPolicy && (actual.AlpnPolicy ?? []),
  };
  const want = {
    protocol: spec.protocol,
    certificate: first === undefined ? undefined : show(first.certificateARN),
    'SSL policy': spec.sslPolicy,
    'ALPN policy': spec.alpnPolicy,
  };
  return [
    ...diffRecords('', same, want),
    ...(actionsText(wanted) === actionsText(actual.DefaultActions)
      ? []
      : [
          {
            path: 'default action',
            before: actionsInWords(actual.DefaultActions ?? []),
            after: actionsInWords(wanted),
          },
        ]),
    // As the controller does, a listener's mutual authentication is left alone where nobody asks for any.
    ...(mutual === undefined
      ? []
      : diffRecords('mutual authentication', mutualForm(actual.MutualAuthentication), mutualForm(mutual))),
  ];
}

/** `off` and absent are the same; AWS adds members that nobody set. */
function mutualForm(config: Listener['MutualAuthentication']): Record<string, unknown> {
  if (config === undefined || config.Mode === undefined || config.Mode === 'off') return { Mode: 'off' };
  const {
    Mode,
    TrustStoreArn,
    IgnoreClientCertificateExpiry = false,
    AdvertiseTrustStoreCaNames = 'off',
  } = config;
  return { Mode, TrustStoreArn, IgnoreClientCertificateExpiry, AdvertiseTrustStoreCaNames };
}

async function writeCertificates(
  aws: Aws,
  ListenerArn: string,
  wanted: readonly string[],
  current: readonly string[],
): Promise<void> {
  for (const CertificateArn of current.filter((one) => !wanted.includes(one))) {
    await aws.elbv2.send(
      new RemoveListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] }),
    );
  }
  for (const CertificateArn of wanted.filter((one) => !current.includes(one))) {
    await aws.elbv2.send(
      new AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] }),
    );
  }
}

async function writeAttributes(
  aws: Aws,
  ListenerArn: string,
  wanted: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const Attributes = wanted.map(({ key, value }) => ({ Key: key, Value: value }));
  await aws.elbv2.send(new ModifyListenerAttributesCommand({ ListenerArn, Attributes }));
}

function deleteListener({ ListenerArn = '', Port = 0, Protocol }: Listener): Change {
  return {
    ...{ kind: 'delete', what: WHAT, name: `${Protocol}:${Port}`, arn: ListenerArn, fields: [] },
    destructive: `nothing answers on port ${Port} any more`,
    async apply({ aws }) {
      try {
        await aws.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}
