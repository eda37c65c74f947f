/** All kinds of trouble that have an explanation of their own. The first row that matches counts: special ones stand first. */
import { AWS_ROWS } from './awsRows';
import { CERTIFICATE_ROWS } from './certificateRows';
import { LIMIT_ROWS } from './limitRows';
import { MANIFEST_ROWS } from './manifestRows';
import { NAME_ROWS } from './nameRows';
import { SECURITY_GROUP_ROWS } from './securityGroupRows';
import { SUBNET_ROWS } from './subnetRows';
import type { Row, Trouble } from './trouble';

export const ROWS: readonly Row[] = [
  ...SUBNET_ROWS,
  ...CERTIFICATE_ROWS,
  ...SECURITY_GROUP_ROWS,
  ...NAME_ROWS,
  ...LIMIT_ROWS,
  ...AWS_ROWS,
  ...MANIFEST_ROWS,
];

/** Where no row matches. */
export const OTHER = { build: 'cannot-build', deploy: 'cannot-deploy' } as const;

/** The row of a trouble, with what its pattern found. */
export function rowOf({
  code,
  message,
  stage,
}: Pick<Trouble, 'code' | 'message' | 'stage'>): { row: Row; match: RegExpExecArray } | undefined {
  const text = code === '' || message.startsWith(code) ? message : `${code}: ${message}`;
  for (const row of ROWS) {
    const match = row.stage === undefined || row.stage === stage ? row.matches.exec(text) : null;
    if (match !== null) return { row, match };
  }
  return undefined;
}
