import { describe, expect, it } from 'vitest';
import { FASTAPI_FILES } from '../../src/setup/fastapiFiles';

describe('the FastAPI sample', () => {
  it('is pinned and does not run as root', () => {
    const { Dockerfile = '', 'requirements.txt': requirements = '' } = FASTAPI_FILES;
    expect(Dockerfile).toMatch(/^FROM \S+:\d+\.\d+\.\d+\S*$/m);
    expect(Dockerfile).toMatch(/^USER [1-9]\d*/m);
    for (const line of requirements.trim().split('\n')) expect(line).toMatch(/^[\w-]+==[\d.]+$/);
  });
});
