/** IngressClass (k8s.io/api networking/v1 IngressClassSpec; lbc:pkg/ingress/class_loader.go; EKS user guide). */
import { CONTROLLERS } from '../annotations/controllers';
import type { ResourceTable } from './field';
import { object, resource, string } from './field';

const CONTROLLER_TEXTS = {
  [CONTROLLERS.alb]: 'AWS Load Balancer Controller, which you install yourself.',
  [CONTROLLERS.autoMode]: 'The load balancing of EKS Auto Mode.',
};

const parameters = object(
  'The settings of the class. Group and kind must fit the controller, and the resource must exist: otherwise no Ingress of the class gets a load balancer.',
  {
    apiGroup: string('API group of the settings.', {
      known: {
        'elbv2.k8s.aws': 'For `ingress.k8s.aws/alb`.',
        'eks.amazonaws.com': 'For `eks.amazonaws.com/alb`.',
      },
    }),
    kind: string('Kind of the settings.', {
      required: true,
      known: { IngressClassParams: 'The only kind that both controllers take.' },
    }),
    name: string('Name of the settings.', { required: true }),
    scope: string('`Cluster`, the default, since IngressClassParams have no namespace.', {
      options: ['Cluster', 'Namespace'],
    }),
    namespace: string('Namespace of settings with the scope `Namespace`.'),
  },
);

export const ingressClass: ResourceTable = resource(
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    scope: 'Cluster',
    doc: 'Says which controller takes care of the Ingresses that name the class in `spec.ingressClassName`.',
    href: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class',
    annotations: {
      'ingressclass.kubernetes.io/is-default-class': string(
        'With `"true"` Ingresses without a class get this one. Only one class of a cluster may have it.',
        { options: ['true', 'false'] },
      ),
    },
  },
  object('Controller and settings.', {
    controller: string('The controller of the class.', { known: CONTROLLER_TEXTS, immutable: true }),
    parameters,
  }),
);
