/**
 * Files that others wrote. Only regular files are read, and never more of one than the limit: a device or a file that
 * grows has no end, and a pipe may never begin.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Larger files are data, not manifests. */
export const LARGEST = 5 * 1024 * 1024;

/** A text, or why there is none; neither where there is no such file. */
export interface FileText {
  readonly text?: string;
  readonly problem?: string | undefined;
}

export interface FileBytes {
  readonly bytes?: Buffer;
  readonly problem?: string | undefined;
}

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Opening a pipe then does not wait for somebody who writes. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The text of a regular file. A symbolic link counts as the file that it leads to if that stands below `folder`. */
export function readRegular(path: string, folder: string): FileText {
  const { bytes, problem } = readBytes(path, folder);
  return bytes === undefined ? { problem } : { text: bytes.toString('utf8') };
}

/** The same before it is decoded. */
export function readBytes(path: string, folder: string): FileBytes {
  try {
    return NO_FOLLOW === 0 && lstatSync(path).isSymbolicLink() ? readLinked(path, folder) : readOpened(path);
  } catch (error) {
    // The system refuses to open a link when it is told not to follow any.
    const isLink = (error as NodeJS.ErrnoException).code === 'ELOOP';
    return isLink ? readLinked(path, folder) : { problem: whyNot(error as NodeJS.ErrnoException) };
  }
}

function readLinked(path: string, folder: string): FileBytes {
  try {
    const target = targetInside(path, folder);
    return target === undefined ? { problem: 'a link that leads out of the folder' } : readOpened(target);
  } catch (error) {
    return { problem: whyNot(error as NodeJS.ErrnoException) ?? 'a link to a file that is not there' };
  }
}

/** The file behind a link; undefined if it is not below the folder. */
export function targetInside(path: string, folder: string): string | undefined {
  const [target, root] = [realpathSync(path), realpathSync(folder)];
  return target === root || target.startsWith(root.endsWith(sep) ? root : root + sep) ? target : undefined;
}

function readOpened(path: string): FileBytes {
  const file = openSync(path, READ | NO_FOLLOW);
  try {
    const info = fstatSync(file);
    if (!info.isFile()) return { problem: 'not a regular file' };
    return info.size > LARGEST ? { problem: TOO_LARGE } : readAll(file, info.size);
  } finally {
    closeSync(file);
  }
}

const TOO_LARGE = 'larger than 5 MB';

/** One byte more than there should be, to see whether the file has grown meanwhile. */
function readAll(file: number, size: number): FileBytes {
  const bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (let read = 1; read > 0 && length <= size; length += read)
    read = readSync(file, bytes, length, bytes.length - length, null);
  return length > size ? { problem: 'longer than its size says' } : { bytes: bytes.subarray(0, length) };
}

function whyNot({ code, message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'not permitted to be read';
  return code === 'ENXIO' ? 'not a regular file' : message;
}
