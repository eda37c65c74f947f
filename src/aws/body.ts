/** No page of AWS is as large. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The whole body of an answer, which must come within that time and may not be without an end. */
export async function readAll(body: unknown, timeoutMs: number): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const stream = body as AsyncIterable<Buffer> & { destroy(error: Error): void };
  const late = setTimeout(() => stream.destroy(tooLate(timeoutMs)), timeoutMs);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Error(`AWS answers with more than ${MOST_BYTES / 2 ** 20} MB`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(late);
  }
}

/** By this name the SDK tries again. */
function tooLate(timeoutMs: number): Error {
  const error = new Error(`the answer did not end within ${timeoutMs / 1000} s`);
  error.name = 'TimeoutError';
  return error;
}
