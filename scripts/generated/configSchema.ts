/** The JSON schema (draft 7) of `.ekslb.yaml`. */
import { LEVELS } from '../../server/projectConfig';
import { type Rule, rules } from '../../src/rules';
import { DRAFT } from './annotationSchemas';

export function configSchema(): Record<string, unknown> {
  return {
    $schema: DRAFT,
    title: 'What a project decides about the checks of EKS Load Balancers',
    type: 'object',
    properties: {
      controller: controllerSchema(),
      autoMode: {
        description: 'The load balancers are made by EKS Auto Mode, not by AWS Load Balancer Controller.',
        type: 'boolean',
        default: false,
      },
      fargate: {
        description: 'The Pods run on Fargate, where nothing can be reached through a node.',
        type: 'boolean',
        default: false,
      },
      severity: severitySchema(),
      ignore: ignoreSchema(),
    },
    additionalProperties: false,
  };
}

/** YAML reads `2.13` as a number, and it is taken all the same. */
function controllerSchema(): Record<string, unknown> {
  return {
    description: 'The release of AWS Load Balancer Controller that the manifests are for.',
    type: ['string', 'number'],
    pattern: '^v?\\d+\\.\\d+(\\.\\d+)?$',
    examples: ['3.5.0'],
  };
}

function severitySchema(): Record<string, unknown> {
  const entries = Object.entries<Rule>(rules).map(([code, rule]) => [code, levelSchema(rule)]);
  return {
    description: 'How serious a finding of each rule is; `off` switches the rule off.',
    type: 'object',
    properties: Object.fromEntries(entries),
    additionalProperties: false,
  };
}

/** YAML 1.1 reads `off` as false. */
function levelSchema({ title, why, severity }: Rule): Record<string, unknown> {
  return { description: `${title}. ${why}`, enum: [...LEVELS, false], default: severity };
}

function ignoreSchema(): Record<string, unknown> {
  return {
    description: 'Files of which nothing is said: glob patterns, relative to the folder of this file.',
    type: 'array',
    items: { type: 'string', minLength: 1, examples: ['vendor/**'] },
  };
}
