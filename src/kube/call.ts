/** An answer of the API server that is not a success; `reason` is its machine-readable word (NotFound, Conflict, ...). */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What is wanted back, if not the object as it is. */
  readonly accept?: string;
  /** Made although calls are cut short: it gives something back. */
  readonly last?: boolean;
}

/** The cluster that a kubeconfig context names. All methods throw {@link KubeError} or a UserError. */
export interface Kube {
  readonly context: string;
  readonly server: string;
  /** Whom its certificate is for, where that is not the host of the address: `tls-server-name` of the kubeconfig. */
  readonly tlsServerName?: string;
  /** Its certificate is not checked: whoever stands between may read and answer everything. */
  readonly insecure?: true;
  call(call: Call): Promise<unknown>;
  /** Lines of an answer that goes on until it is aborted, as they come: a watch. */
  lines(call: Call, signal: AbortSignal): AsyncIterable<string>;
}
