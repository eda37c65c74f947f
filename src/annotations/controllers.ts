/** What an IngressClass names in `spec.controller`: the controller that one installs, and that of EKS Auto Mode. */
export const CONTROLLERS = { alb: 'ingress.k8s.aws/alb', autoMode: 'eks.amazonaws.com/alb' } as const;
