/**
 * IngressClassParams of the controller (lbc:helm/aws-load-balancer-controller/crds/crds.yaml v3.5.0,
 * lbc:webhooks/elbv2/ingressclassparams_validator.go) and of EKS Auto Mode (the CRD as in
 * datreeio/CRDs-catalog:eks.amazonaws.com/ingressclassparams_v1.json).
 */
import { listenerAttributes } from '../annotations/attributes';
import { catalogue } from '../annotations/catalogue';
import { certificate, ipamPool } from '../annotations/formats';
import type { ResourceTable } from './field';
import { array, map, object, resource, string } from './field';
import {
  attributePairs,
  commonParams,
  elbName,
  listeners,
  prefixListIds,
  subnetId,
  withoutRelease,
  withoutReleases,
} from './shared';

const GUIDE =
  'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/#ingressclassparams';
const AUTO_MODE = 'https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html';

const annotationOnly = (suffix: string) =>
  `Not a field in EKS Auto Mode; use the annotation \`alb.ingress.kubernetes.io/${suffix}\`.`;

const certificateArn = string('ARN of a certificate in ACM or IAM.', {
  kind: certificate(),
  live: 'certificates',
});
const certificates =
  'Certificates of the HTTPS listeners of all Ingresses of the class, the first one is the default.';

export const ingressClassParams: ResourceTable = resource(
  {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'IngressClassParams',
    scope: 'Cluster',
    doc: 'Settings for all Ingresses of a class of AWS Load Balancer Controller. They beat the annotations of the Ingresses.',
    href: GUIDE,
  },
  object(
    'The settings.',
    {
      certificateArn: array(certificates, certificateArn, {
        since: '2.8.0',
        annotation: 'certificate-arn',
        autoMode: 'Called `certificateARNs` in EKS Auto Mode.',
      }),
      ...commonParams,
      ipamConfiguration: object(
        'Where the addresses of the load balancers come from.',
        {
          ipv4IPAMPoolId: string('The IPAM pool for public IPv4 addresses.', {
            kind: ipamPool(),
            annotation: 'ipam-ipv4-pool-id',
            live: 'ipamPools',
          }),
        },
        { since: '2.12.0', autoMode: annotationOnly('ipam-ipv4-pool-id') },
      ),
      listeners: listeners(
        'listenerAttributes',
        attributePairs('The attributes.', listenerAttributes, {
          autoMode: 'Called `attributes` in EKS Auto Mode.',
        }),
      ),
      loadBalancerName: elbName(
        'Name of the load balancer. Only one load balancer can have it, so all Ingresses of the class should be in one group.',
        {
          since: '2.14.0',
          annotation: 'load-balancer-name',
          autoMode: annotationOnly('load-balancer-name'),
        },
      ),
      minimumLoadBalancerCapacity: object(
        'Capacity that is kept ready for sudden load and is paid for.',
        {
          capacityUnits: {
            type: 'integer',
            doc: 'Load balancer capacity units. 0 ends the reservation.',
            required: true,
            minimum: 0,
          },
        },
        {
          since: '2.11.0',
          annotation: 'minimum-load-balancer-capacity',
          autoMode: annotationOnly('minimum-load-balancer-capacity'),
        },
      ),
      prefixListsIDs: prefixListIds('Prefix lists that may connect to all Ingresses of the class.', {
        since: '2.14.0',
        annotation: 'security-group-prefix-lists',
        autoMode: annotationOnly('security-group-prefix-lists'),
      }),
      PrefixListsIDs: prefixListIds('The old spelling of `prefixListsIDs`.', {
        since: '2.13.0',
        annotation: 'security-group-prefix-lists',
        deprecated: 'Write `prefixListsIDs`.',
        autoMode: annotationOnly('security-group-prefix-lists'),
      }),
      sslRedirectPort: string(
        'Every HTTP listener answers with a redirect to HTTPS on this port and nothing else.',
        {
          since: '2.14.0',
          kind: catalogue['ssl-redirect'].kind,
          annotation: 'ssl-redirect',
          autoMode: annotationOnly('ssl-redirect'),
          example: '443',
        },
      ),
      subnets: object(
        'The subnets of the load balancers, either by ID or by tags.',
        {
          ids: array('Subnets in different Availability Zones, none twice.', subnetId, { minItems: 1 }),
          tags: map(
            'Tags that the subnets must all have, each with one of its values.',
            array('The values.', string('A value of the tag.')),
            { autoMode: 'Called `matchTags` in EKS Auto Mode, and there it is a list.' },
          ),
        },
        { since: '2.5.0', annotation: 'subnets', oneOf: { fields: ['ids', 'tags'], min: 1, max: 1 } },
      ),
      targetType: string('Whether load balancers send to node ports or straight to pods.', {
        since: '2.13.0',
        options: ['instance', 'ip'],
        annotation: 'target-type',
        autoMode: annotationOnly('target-type'),
      }),
      wafv2AclArn: string('The WAFv2 web ACL in front of the load balancers. `none` removes it.', {
        since: '2.14.0',
        kind: catalogue['wafv2-acl-arn'].kind,
        annotation: 'wafv2-acl-arn',
        live: 'webAcls',
        autoMode: annotationOnly('wafv2-acl-arn'),
      }),
      wafv2AclName: string('The WAFv2 web ACL by name; beats `wafv2AclArn`. `none` removes it.', {
        since: '2.14.0',
        kind: catalogue['wafv2-acl-name'].kind,
        annotation: 'wafv2-acl-name',
        live: 'webAclNames',
        autoMode: annotationOnly('wafv2-acl-name'),
      }),
    },
    { oneOf: { fields: ['prefixListsIDs', 'PrefixListsIDs'], min: 0, max: 1 } },
  ),
);

export const autoModeIngressClassParams: ResourceTable = resource(
  {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'IngressClassParams',
    scope: 'Cluster',
    doc: 'Settings for all Ingresses of a class of EKS Auto Mode. They beat the annotations of the Ingresses.',
    href: AUTO_MODE,
  },
  object('The settings.', {
    certificateARNs: array(certificates, certificateArn, { annotation: 'certificate-arn' }),
    ...withoutReleases(commonParams),
    listeners: {
      ...withoutRelease(
        listeners('attributes', attributePairs('The attributes.', listenerAttributes), { required: true }),
      ),
      autoMode:
        'EKS Auto Mode has been seen to refuse listener attributes; try them on a cluster of your own.',
    },
    subnets: object(
      'The subnets of the load balancers, either by ID or by tags.',
      {
        ids: array('Subnets in different Availability Zones.', subnetId),
        matchTags: array(
          'Tags that the subnets must all have.',
          object('One tag.', {
            key: string('Name of the tag.', { required: true }),
            values: array('The values that it may have.', string('A value of the tag.')),
          }),
        ),
      },
      { annotation: 'subnets', oneOf: { fields: ['ids', 'matchTags'], min: 1, max: 1 } },
    ),
  }),
);
