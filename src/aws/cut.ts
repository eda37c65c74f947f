import { Cancelled } from '../errors';

interface Handling {
  readonly config: {
    readonly requestHandler: {
      handle(request: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
    };
  };
}

/** Makes every call of the client end when the signal is aborted, those on their way, too. */
export function cutShort<C>(client: C, cut: AbortSignal | undefined): C {
  if (cut === undefined) return client;
  const { requestHandler } = (client as Handling).config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options = {}) => {
    if (cut.aborted) throw new Cancelled();
    const signals = options.abortSignal === undefined ? [cut] : [options.abortSignal, cut];
    try {
      return await handle(request, { ...options, abortSignal: AbortSignal.any(signals) });
    } catch (error) {
      throw cut.aborted ? new Cancelled() : error;
    }
  };
  return client;
}
