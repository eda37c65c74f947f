/** Quotas of Application Load Balancers (docs.aws.amazon.com, "Quotas for your Application Load Balancers"). */
export const quotas = {
  /** Can be raised. */
  listenersPerLoadBalancer: 50,
  /** Besides the default ones; can be raised. */
  rulesPerLoadBalancer: 100,
  /** Cannot be raised. */
  targetGroupsPerLoadBalancer: 100,
  /** Besides the default one of a listener; can be raised. */
  certificatesPerLoadBalancer: 25,
} as const;
