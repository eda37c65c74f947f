import {
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  type Listener,
  paginateDescribeRules,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsCalls, attributeMap, collect, type Tags, tagsOf } from './awsCalls';
import { type JsonObject, plain, sortedBy } from './json';
import type { ListenerState } from './state';

export async function listenerState(aws: AwsCalls, listener: Listener, tags: Tags): Promise<ListenerState> {
  const { ListenerArn } = listener;
  const [attributes, certificates, rules] = await Promise.all([
    aws.elb.send(new DescribeListenerAttributesCommand({ ListenerArn })),
    aws.elb.send(new DescribeListenerCertificatesCommand({ ListenerArn })),
    readRules(aws, listener),
  ]);
  const found = certificates.Certificates ?? [];
  const arnsOf = (isDefault: boolean) =>
    found
      .filter(({ IsDefault }) => (IsDefault ?? false) === isDefault)
      .map(({ CertificateArn = '' }) => CertificateArn);
  return plain({
    protocol: listener.Protocol,
    tags,
    defaultActions: listener.DefaultActions,
    attributes: attributeMap(attributes.Attributes),
    ...(listener.SslPolicy ? { sslPolicy: listener.SslPolicy } : {}),
    ...(found.length > 0
      ? { defaultCertificate: arnsOf(true)[0] ?? '', extraCertificates: arnsOf(false).sort() }
      : {}),
    ...(listener.AlpnPolicy?.length ? { alpnPolicy: listener.AlpnPolicy } : {}),
    ...(listener.MutualAuthentication ? { mutualAuthentication: listener.MutualAuthentication } : {}),
    rules,
  });
}

async function readRules(aws: AwsCalls, { ListenerArn }: Listener): Promise<JsonObject[]> {
  const all = await collect(
    paginateDescribeRules({ client: aws.elb }, { ListenerArn }),
    ({ Rules }) => Rules,
  );
  const rules = sortedBy(
    all.filter(({ IsDefault, Priority }) => !IsDefault && Priority !== 'default'),
    ({ Priority }) => Number(Priority),
  );
  const tags = await tagsOf(
    aws.elb,
    rules.map(({ RuleArn = '' }) => RuleArn),
  );
  return rules.map((rule) => ruleState(rule, tags.get(rule.RuleArn ?? '') ?? {}));
}

function ruleState({ Priority, Conditions, Actions, Transforms }: Rule, tags: Tags): JsonObject {
  return plain({
    priority: Number(Priority),
    conditions: Conditions,
    actions: Actions,
    tags,
    ...(Transforms?.length ? { transforms: Transforms } : {}),
  });
}
