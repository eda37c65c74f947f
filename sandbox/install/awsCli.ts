import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from '../places';
import { timed } from '../progress';
import { type Installer, installFolder } from './installer';
import { fillVenv, findPython, folderOf, PYTHON } from './python';

const REQUIREMENTS = 'sandbox/aws/cli-requirements.lock';

function awsCliFolder(places: Places): string {
  return folderOf(places, 'aws-cli', REQUIREMENTS);
}

/** A folder for the PATH, with the program `aws` in it. */
export function awsCliPath(places: Places): string {
  return join(awsCliFolder(places), 'bin');
}

/** The Python that has botocore and awscli. */
export function awsCliPython(places: Places): string {
  return join(awsCliFolder(places), PYTHON);
}

/** The program in bin/ of a virtual environment names the folder in which it was made; this one finds its own. */
const AWS = ['#!/bin/sh', `exec "$(dirname "$0")/../${PYTHON}" -m awscli "$@"`, ''].join('\n');

export const awsCli: Installer = {
  name: 'the AWS CLI',
  neededFor: ['script'],
  purpose: 'to test that the commands which the setup shows are ones that it knows',
  takes: '20 s, 190 MB',
  optional: true,
  present: async ({ places }) => existsSync(awsCliPython(places)),
  install: async (context) => {
    const { places, say } = context;
    const python = await findPython(context);
    await timed(say, 'Virtual environment with the AWS CLI', () =>
      installFolder(awsCliFolder(places), say, async (folder) => {
        await fillVenv(python, folder, places, REQUIREMENTS);
        await mkdir(join(folder, 'bin'));
        await writeFile(join(folder, 'bin/aws'), AWS, { mode: 0o755 });
      }),
    );
  },
};
