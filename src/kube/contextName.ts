/** The name in a kubeconfig context, as `aws eks update-kubeconfig` and eksctl write them. */
export function clusterOfContext(context: string): { name: string; region: string } | undefined {
  const arn = /^arn:[^:]+:eks:([^:]+):\d*:cluster\/(.+)$/.exec(context);
  if (arn?.[1] !== undefined && arn[2] !== undefined) return { region: arn[1], name: arn[2] };
  const eksctl = /@([^@]+)\.([a-z0-9-]+)\.eksctl\.io$/.exec(context);
  if (eksctl?.[1] !== undefined && eksctl[2] !== undefined) return { name: eksctl[1], region: eksctl[2] };
  return undefined;
}
