import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { expect, test, vi } from 'vitest';
import { openAws } from '../../src/aws/clients';

test('a call that AWS never answers fails, and is not waited for until the end of days', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const silent = http.createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const endpointUrl = `http://127.0.0.1:${port}`;
  const { elbv2 } = await openAws({ region: 'eu-west-1', endpointUrl, timeoutMs: 50 });
  elbv2.config.retryStrategy = async () => new ConfiguredRetryStrategy(1, 1);

  const asked = elbv2.send(new DescribeLoadBalancersCommand({}));
  await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));

  silent.closeAllConnections();
  silent.close();
  vi.unstubAllEnvs();
});
