import { createServer } from 'node:net';
import { UserError } from '../../src/errors';

const HOST = '127.0.0.1';

/** A port that nobody listens on; a wanted one that is taken is an error that says how to go on. */
export async function choosePort(what: string, wanted?: number): Promise<number> {
  try {
    return await probe(wanted ?? 0);
  } catch (cause) {
    throw new UserError(
      'port-taken',
      `Port ${wanted} on ${HOST}, wanted for ${what}, is taken by another process.`,
      {
        advice: `Stop that process (find it with: lsof -i :${wanted}), or leave the port out to have a free one chosen.`,
        cause,
      },
    );
  }
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
