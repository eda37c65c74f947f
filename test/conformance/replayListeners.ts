import {
  type Action,
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  DescribeListenerAttributesCommand,
  ModifyListenerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsCalls, attributeMap, type Tags } from './awsCalls';
import type { JsonObject } from './json';
import { attributesToSet, sdkTags } from './replayIds';
import type { ListenerState } from './state';

/** A listener with certificates, attributes, tags and rules; all ids are real by now. */
export async function replayListener(
  aws: AwsCalls,
  balancer: string,
  port: number,
  recorded: ListenerState,
): Promise<void> {
  const { protocol, tags, defaultActions, sslPolicy, alpnPolicy, mutualAuthentication } = recorded;
  const { defaultCertificate, extraCertificates = [], attributes, rules } = recorded;
  const input = {
    ...{ LoadBalancerArn: balancer, Port: port, Protocol: protocol, SslPolicy: sslPolicy },
    ...{ AlpnPolicy: alpnPolicy, MutualAuthentication: mutualAuthentication, Tags: sdkTags(tags as Tags) },
    DefaultActions: (defaultActions as Action[]).map(withSecret),
    ...(defaultCertificate === undefined ? {} : { Certificates: [{ CertificateArn: defaultCertificate }] }),
  } as CreateListenerCommandInput;
  const { Listeners } = await aws.elb.send(new CreateListenerCommand(input));
  const ListenerArn = Listeners?.[0]?.ListenerArn ?? '';
  await setAttributes(aws, ListenerArn, attributes as Tags);
  for (const CertificateArn of extraCertificates) {
    const Certificates = [{ CertificateArn }];
    await aws.elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
  }
  for (const rule of rules) await makeRule(aws, ListenerArn, rule);
}

async function makeRule({ elb }: AwsCalls, ListenerArn: string, rule: JsonObject): Promise<void> {
  const { priority, conditions, actions, transforms, tags } = rule;
  const input = {
    ...{ ListenerArn, Priority: priority, Conditions: conditions, Transforms: transforms },
    ...{ Actions: (actions as Action[]).map(withSecret), Tags: sdkTags(tags as Tags) },
  } as CreateRuleCommandInput;
  await elb.send(new CreateRuleCommand(input));
}

/** AWS never gives a client's secret back; any will do, because nobody compares it. */
function withSecret(action: Action): Action {
  const { AuthenticateOidcConfig: config } = action;
  if (config === undefined) return action;
  return { ...action, AuthenticateOidcConfig: { ...config, ClientSecret: 'not recorded' } };
}

async function setAttributes({ elb }: AwsCalls, ListenerArn: string, wanted: Tags): Promise<void> {
  const fresh = await elb.send(new DescribeListenerAttributesCommand({ ListenerArn }));
  const Attributes = attributesToSet(wanted, attributeMap(fresh.Attributes));
  if (Attributes.length > 0) await elb.send(new ModifyListenerAttributesCommand({ ListenerArn, Attributes }));
}
