/** What the parts of the controller are called (lbc:helm/aws-load-balancer-controller/templates/_helpers.tpl). */
import { CONTROLLER, NAME_LABEL } from '../../kube/charge';
import type { Resource } from '../../kube/resources';

export { CONTROLLER, NAME_LABEL };
export const CHART = CONTROLLER;
export const WEBHOOK_SERVICE = 'aws-load-balancer-webhook-service';
/** Of the MutatingWebhookConfiguration and of the ValidatingWebhookConfiguration. */
export const WEBHOOKS = 'aws-load-balancer-webhook';
/** A Secret of type kubernetes.io/tls with `ca.crt`, `tls.crt` and `tls.key`. */
export const TLS_SECRET = 'aws-load-balancer-tls';
export const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

export const MANAGER_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGER = 'ekslb';

/** By which Service and Deployment find the pods: the same as the chart's, so that either can follow the other. */
export const SELECTOR: Readonly<Record<string, string>> = {
  [NAME_LABEL]: CONTROLLER,
  'app.kubernetes.io/instance': CONTROLLER,
};

/** Labels of what we make ourselves. The webhooks look at no object that has the controller's name as its label. */
export const LABELS: Readonly<Record<string, string>> = { ...SELECTOR, [MANAGER_LABEL]: MANAGER };

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

/** Kinds that only the setup reads. */
export const KINDS = {
  ServiceAccount: { base: '/api/v1', plural: 'serviceaccounts', namespaced: true },
  Event: { base: '/api/v1', plural: 'events', namespaced: true },
  CustomResourceDefinition: {
    base: '/apis/apiextensions.k8s.io/v1',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  MutatingWebhookConfiguration: {
    base: ADMISSION,
    plural: 'mutatingwebhookconfigurations',
    namespaced: false,
  },
  ValidatingWebhookConfiguration: {
    base: ADMISSION,
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  },
  ClusterRoleBinding: {
    base: '/apis/rbac.authorization.k8s.io/v1',
    plural: 'clusterrolebindings',
    namespaced: false,
  },
} as const satisfies Record<string, Resource>;
