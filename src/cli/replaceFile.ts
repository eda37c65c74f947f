/** Files that are rewritten: whole or not at all, and never one that stands elsewhere. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readBytes, targetInside } from '../files';

/**
 * Puts a text in the place of another one. The new text is written beside the old one and takes its place when all of it
 * is on disk. Says why, if the file stays as it is.
 */
export function replaceFile(path: string, folder: string, before: string, after: string): string | undefined {
  try {
    const target = targetInside(path, folder);
    if (target === undefined) return 'it is a link that leads out of the folder';
    const problem = differs(target, before);
    if (problem === undefined) replace(target, after);
    return problem;
  } catch (error) {
    return whyNot(error as NodeJS.ErrnoException);
  }
}

/** What is not understood would not survive being read and written. */
function differs(target: string, before: string): string | undefined {
  const { bytes, problem } = readBytes(target, dirname(target));
  if (bytes === undefined) return `it is ${problem ?? 'gone'}`;
  if (bytes.toString('utf8') !== before) return 'it has changed meanwhile';
  return Buffer.from(before, 'utf8').equals(bytes) ? undefined : 'it is not UTF-8';
}

function replace(target: string, text: string): void {
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.ekslb`);
  try {
    writeWhole(beside, text, lstatSync(target).mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function writeWhole(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, text);
    // What the process masks out of new files does not matter here.
    fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'there is no room left on the disk';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'its folder may not be written to';
  return message;
}
