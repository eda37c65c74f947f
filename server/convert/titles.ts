/** What the action is called that brings an Ingress over from ingress-nginx. */
export const CONVERT = 'Convert to ALB annotations';
