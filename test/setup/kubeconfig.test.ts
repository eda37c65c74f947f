import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { leadsTo } from '../../src/kube/leadsTo';
import { survey } from '../../src/setup/flow';
import type { EksCluster } from '../../src/setup/setup';
import { withCluster } from '../../src/setup/steps/kubeconfig';
import { checkOf, offline, planOf, stepOf } from './harness';

const cluster: EksCluster = {
  name: 'shop',
  status: 'ACTIVE',
  arn: 'arn:aws:eks:eu-west-1:123456789012:cluster/shop',
  endpoint: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com',
  certificateAuthority: { data: 'Q0E=' },
};

const OTHER = `# mine
apiVersion: v1
kind: Config
preferences: {}
current-context: other
clusters:
  - name: other
    cluster: {server: https://other.example.org} # do not touch
contexts:
  - name: other
    context: {cluster: other, user: other, namespace: team}
users:
  - name: other
    user: {token: "0123"}
`;

describe('a kubeconfig', () => {
  const setup = offline({ options: { profile: 'prod' } });

  it('is made where there is none', () => {
    expect(withCluster('', setup, cluster)).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: Config
      clusters:
        - name: arn:aws:eks:eu-west-1:123456789012:cluster/shop
          cluster:
            server: https://ABC.gr7.eu-west-1.eks.amazonaws.com
            certificate-authority-data: Q0E=
      users:
        - name: arn:aws:eks:eu-west-1:123456789012:cluster/shop
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1beta1
              command: aws
              args:
                - --region
                - eu-west-1
                - eks
                - get-token
                - --cluster-name
                - shop
                - --output
                - json
              env:
                - name: AWS_PROFILE
                  value: prod
              interactiveMode: IfAvailable
      contexts:
        - name: arn:aws:eks:eu-west-1:123456789012:cluster/shop
          context:
            cluster: arn:aws:eks:eu-west-1:123456789012:cluster/shop
            user: arn:aws:eks:eu-west-1:123456789012:cluster/shop
      current-context: arn:aws:eks:eu-west-1:123456789012:cluster/shop
      "
    `);
  });

  it('keeps everything else, comments too', () => {
    const text = withCluster(OTHER, setup, cluster);
    expect(text).toContain('# mine');
    expect(text).toContain('# do not touch');
    const [before, after] = [parse(OTHER), parse(text)] as { [list: string]: unknown[] }[];
    for (const list of ['clusters', 'contexts', 'users']) {
      expect(after?.[list]).toHaveLength(2);
      expect(after?.[list]?.[0]).toEqual(before?.[list]?.[0]);
    }
    expect(after?.['current-context']).toBe(cluster.arn);
  });

  it('has the cluster once, however often it is written', () => {
    const once = withCluster(OTHER, setup, cluster);
    expect(withCluster(once, setup, cluster)).toBe(once);
    const moved = withCluster(once, setup, { ...cluster, endpoint: 'https://new.example.org' });
    expect(moved).toBe(once.replace(cluster.endpoint ?? '', 'https://new.example.org'));
  });

  it.each(['clusters: []\nusers: []\ncontexts: []\n', 'apiVersion: v1\nclusters: null\n', '{}', '---\n'])(
    'may be as empty as %j',
    (text) => {
      const made = parse(withCluster(text, setup, cluster)) as Record<string, unknown[]>;
      expect(made['clusters']).toHaveLength(1);
      expect(made['users']).toHaveLength(1);
    },
  );

  it('may be JSON', () => {
    const text = withCluster(JSON.stringify(parse(OTHER)), setup, cluster);
    expect((parse(text) as { users: unknown[] }).users).toHaveLength(2);
  });
});

describe('access to the cluster', () => {
  const answers = { DescribeCluster: () => ({ cluster }) };
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'ekslb-kube-')), 'config');
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };

  it('by another context that was named is not written over', async () => {
    const kubeconfig = file(OTHER);
    const setup = offline({ answers, options: { kubeconfig, context: 'other' } });
    expect(await checkOf(setup, 'kubeconfig')).toMatchInlineSnapshot(`
      "false
      The context other of the kubeconfig leads to https://other.example.org, not to shop (https://ABC.gr7.eu-west-1.eks.amazonaws.com).
      Choose the right one, or leave --context away to have it added."
    `);
    expect(await planOf(setup, 'kubeconfig')).toBe('');
    const current = offline({ answers, options: { kubeconfig } });
    expect(await checkOf(current, 'kubeconfig')).toMatchInlineSnapshot(`
      "false
      The context other of the kubeconfig leads to https://other.example.org, not to shop (https://ABC.gr7.eu-west-1.eks.amazonaws.com).
      Setup adds shop and makes it the current context; one that is there already is chosen with --context."
    `);
    expect((await planOf(current, 'kubeconfig')).replaceAll(kubeconfig, 'KUBECONFIG')).toMatchInlineSnapshot(`
      "  - Add the cluster to KUBECONFIG and make it the current one
          ! deletes or replaces the current context of KUBECONFIG, which is other
          $ aws eks update-kubeconfig --name shop --kubeconfig KUBECONFIG --region eu-west-1"
    `);
  });

  it('by a broken file is not written at all', async () => {
    const kubeconfig = file('clusters: [\n  - {');
    await expect(stepOf('kubeconfig').plan(offline({ answers, options: { kubeconfig } }))).rejects.toThrow(
      /is no valid YAML/,
    );
  });

  describe('by a server that answers', () => {
    let server: Server;
    let rights = true;
    beforeAll(async () => {
      server = createServer((request, response) => {
        const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
        const body =
          request.url === '/version' ? { gitVersion: 'v1.34.1' } : { ...review, status: { allowed: rights } };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      });
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    });
    afterAll(() => server.close());

    const at = (arn: string) => {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const kubeconfig = file(OTHER.replace('https://other.example.org', endpoint));
      const found = { DescribeCluster: () => ({ cluster: { ...cluster, endpoint } }) };
      const who = { GetCallerIdentity: () => ({ Account: '123456789012', Arn: arn }) };
      return offline({ answers: { ...found, ...who }, options: { kubeconfig } });
    };
    const told = async (arn: string) =>
      (await checkOf(at(arn), 'kubeconfig')).replace(/http:\/\/127\.0\.0\.1:\d+/, 'SERVER');

    it('is there with rights', async () => {
      rights = true;
      expect(await told('arn:aws:iam::123456789012:user/ann')).toMatchInlineSnapshot(`
        "true
        The context other reaches Kubernetes v1.34.1 at SERVER."
      `);
    });

    it('lacks rights, and says who grants them to whom, and how', async () => {
      rights = false;
      const session = 'arn:aws-cn:sts::123456789012:assumed-role/Admin/ann@example.org';
      expect(await told(session)).toMatchInlineSnapshot(`
        "false
        The context other reaches Kubernetes v1.34.1 at SERVER.
        This identity may not make ClusterRoles there, which the controller needs.
        You are arn:aws-cn:sts::123456789012:assumed-role/Admin/ann@example.org. An administrator grants it with: aws eks create-access-entry --cluster-name shop --principal-arn arn:aws-cn:iam::123456789012:role/Admin
        and: aws eks associate-access-policy --cluster-name shop --principal-arn arn:aws-cn:iam::123456789012:role/Admin --policy-arn arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster"
      `);
      expect(await planOf(at(session), 'kubeconfig')).toBe('');
    });
  });

  it('by a server that does not answer is named', async () => {
    const endpoint = 'https://127.0.0.1:1';
    const kubeconfig = file(OTHER.replace('https://other.example.org', endpoint));
    const found = { DescribeCluster: () => ({ cluster: { ...cluster, endpoint } }) };
    const setup = offline({ answers: found, options: { kubeconfig } });
    const [report] = await survey(setup, [{ ...stepOf('kubeconfig'), requires: [] }]);
    expect([report?.state, ...(report?.evidence ?? [])].join('\n')).toMatchInlineSnapshot(`
      "unknown
      The cluster at https://127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Check that the cluster exists, that you are on its network or VPN, and that the context is the right one."
    `);
  });

  it('is not planned for a cluster that nobody makes', async () => {
    expect(await planOf(offline({}), 'kubeconfig')).toBe('');
    expect(await planOf(offline({ choices: { createCluster: true } }), 'kubeconfig')).toMatchInlineSnapshot(`
      "  - Add the cluster to /nowhere/kubeconfig and make it the current one
          $ aws eks update-kubeconfig --name shop --kubeconfig /nowhere/kubeconfig --region eu-west-1"
    `);
  });

  it('needs credentials that the kubeconfig can get', async () => {
    const server = cluster.endpoint ?? '';
    const exec =
      'exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-program, args: []}';
    const text = OTHER.replace('https://other.example.org', server).replace('token: "0123"', exec);
    const setup = offline({ answers, options: { kubeconfig: file(text) } });
    expect(await checkOf(setup, 'kubeconfig')).toMatchInlineSnapshot(`
      "unknown
      The kubeconfig got no credentials for the context other: The program that the kubeconfig runs for credentials, no-such-program, is not on the PATH.
      Its user runs a program for them, such as \`aws eks get-token\`: it must be on the PATH and signed in."
    `);
  });
});

it('a tunnel leads to the cluster whose name its certificate has to have', () => {
  const endpoint = 'https://ABC.gr7.eu-west-1.eks.amazonaws.com';
  const tunnel = { server: 'https://localhost:8443', tlsServerName: 'abc.gr7.eu-west-1.eks.amazonaws.com' };
  expect(leadsTo({ server: endpoint.toLowerCase() }, endpoint)).toBe(true);
  expect(leadsTo(tunnel, endpoint)).toBe(true);
  expect(leadsTo({ server: tunnel.server }, endpoint)).toBe(false);
  expect(leadsTo({ ...tunnel, tlsServerName: 'other' }, endpoint)).toBe(false);
});
