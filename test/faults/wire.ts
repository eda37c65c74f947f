import type { IncomingHttpHeaders } from 'node:http';

/** A call as it came over the wire. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What stands for a refusal in the answer. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** How one kind of API names its calls and words its refusals. */
export interface Dialect {
  /** The name of a call that is counted; undefined for one that passes uncounted. */
  readonly nameOf: (wire: Wire) => string | undefined;
  readonly refuse: (wire: Wire, refusal: Refusal) => { readonly type: string; readonly body: string };
}

const READS = /^(Describe|List|Get)/;

export function isWrite(name: string): boolean {
  return !READS.test(name);
}

/** Every call counts, except what EKS is asked: which cluster this is, before any work. */
export const AWS: Dialect = { nameOf: awsAction, refuse: refuseAws };

/** Query APIs have the action in the body, JSON APIs in a header. */
function awsAction({ headers, body, method, path }: Wire): string | undefined {
  if (path.startsWith('/clusters')) return undefined;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? target;
  return new URLSearchParams(body).get('Action') ?? `${method} ${path}`;
}

function refuseAws({ headers }: Wire, { code }: Refusal) {
  const message = 'on request of a test';
  if (headers['x-amz-target'] !== undefined) {
    return { type: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }) };
  }
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const ofEc2 = /\/ec2\/aws4_request/.test(headers.authorization ?? '');
  const body = ofEc2
    ? `<Response><Errors>${error}</Errors><RequestID>test</RequestID></Response>`
    : `<ErrorResponse>${error}<RequestId>test</RequestId></ErrorResponse>`;
  return { type: 'text/xml', body };
}

/** Only writes count, without those of the Lease, which come by the clock. */
export const KUBERNETES: Dialect = {
  nameOf: ({ method, path }) =>
    method === 'GET' || path.includes('/leases') ? undefined : `${method} ${shortened(path)}`,
  refuse: (_wire, { status, code }) => ({
    type: 'application/json',
    body: JSON.stringify({ kind: 'Status', status: 'Failure', reason: code, code: status, message: code }),
  }),
};

/** `ingresses/goods/status`: without the API group, the namespace and the hash of a name. */
function shortened(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.replace(/^.*\/namespaces\/[^/]+\//, '').replace(/-[0-9a-f]{10}(?=\/|$)/, '');
}
