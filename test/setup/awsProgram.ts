import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { awsCliPath, awsCliPython } from '../../sandbox/install/awsCli';
import { placesOf } from '../../sandbox/places';

const places = placesOf(resolve(import.meta.dirname, '../..'), process.env);

/** A folder for the PATH with the AWS CLI in it; undefined where it could not be installed. */
export function awsFolder(): string | undefined {
  const folder = awsCliPath(places);
  return existsSync(join(folder, 'aws')) ? folder : undefined;
}

/** The Python of the AWS CLI, for questions that its command line does not answer. */
export function awsPython(): string {
  return awsCliPython(places);
}
