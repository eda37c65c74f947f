import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FASTAPI_FILES } from '../../src/setup/fastapiFiles';

const folder = resolve(import.meta.dirname, '../../samples/fastapi');

describe('the FastAPI sample', () => {
  it('is built from the files of samples/fastapi', () => {
    for (const [name, text] of Object.entries(FASTAPI_FILES)) {
      expect(text).toBe(readFileSync(join(folder, name), 'utf8'));
    }
  });

  it('is pinned and does not run as root', () => {
    const { Dockerfile = '', 'requirements.txt': requirements = '' } = FASTAPI_FILES;
    expect(Dockerfile).toMatch(/^FROM \S+:\d+\.\d+\.\d+\S*$/m);
    expect(Dockerfile).toMatch(/^USER [1-9]\d*/m);
    for (const line of requirements.trim().split('\n')) expect(line).toMatch(/^[\w-]+==[\d.]+$/);
  });
});
