const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The page of the EC2 console that shows an ELBv2 resource; listeners and rules are on their load balancer's page. */
export function consoleUrl(arn: string): string {
  const [, partition = 'aws', , region = '', , resource = ''] = arn.split(':');
  const host = HOSTS[partition] ?? HOSTS['aws'];
  const base = `https://${region}.${host}/ec2/home?region=${region}`;
  if (resource.startsWith('targetgroup/')) return `${base}#TargetGroup:targetGroupArn=${arn}`;
  return `${base}#LoadBalancer:loadBalancerArn=${loadBalancerArn(arn)}`;
}

/** `...:listener/app/NAME/ID/...` -> `...:loadbalancer/app/NAME/ID`. */
function loadBalancerArn(arn: string): string {
  const match = /^(.*:)listener(?:-rule)?\/((?:app|net)\/[^/]+\/[^/]+)/.exec(arn);
  return match === null ? arn : `${match[1]}loadbalancer/${match[2]}`;
}
