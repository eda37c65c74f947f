/** The schema that the peer gets: manifests of Kubernetes with the annotations of our own catalogue. */
export function peerSchema(annotations) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: '#/definitions/metadata' },
    },
    allOf: [
      whenKind('Ingress', 'networking.k8s.io/v1', 'ingressSpec'),
      whenKind('Service', 'v1', 'serviceSpec'),
      whenKind('Deployment', 'apps/v1', 'deploymentSpec'),
    ],
    definitions: { ...definitions, metadata: metadata(annotations) },
  };
}

function whenKind(kind, apiVersion, spec) {
  return {
    if: { required: ['kind'], properties: { kind: { const: kind } } },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema.
    then: { properties: { apiVersion: { const: apiVersion }, spec: { $ref: `#/definitions/${spec}` } } },
  };
}

const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };

function metadata({ properties, patternProperties }) {
  const annotations = { type: 'object', properties, patternProperties, additionalProperties: text };
  return { type: 'object', properties: { name: text, namespace: text, labels: texts, annotations } };
}

const object = (properties) => ({ type: 'object', properties });
const list = (items) => ({ type: 'array', items });
const port = { type: 'integer', minimum: 1, maximum: 65535 };

const definitions = {
  backend: object({ service: object({ name: text, port: object({ name: text, number: port }) }) }),
  ingressSpec: object({
    ingressClassName: text,
    defaultBackend: { $ref: '#/definitions/backend' },
    rules: list(
      object({
        host: text,
        http: object({
          paths: list(
            object({
              path: text,
              pathType: { enum: ['Prefix', 'Exact', 'ImplementationSpecific'] },
              backend: { $ref: '#/definitions/backend' },
            }),
          ),
        }),
      }),
    ),
    tls: list(object({ hosts: list(text), secretName: text })),
  }),
  serviceSpec: object({
    type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] },
    selector: texts,
    ports: list(object({ name: text, port, targetPort: { type: ['integer', 'string'] } })),
  }),
  deploymentSpec: object({
    replicas: { type: 'integer', minimum: 0 },
    selector: object({ matchLabels: texts }),
    template: object({
      metadata: object({ labels: texts }),
      spec: object({ containers: list(object({ name: text, image: text })) }),
    }),
  }),
};
