/** Of two annotations of which only one counts the other one. */
import type { Finding } from '../../finding';
import { found } from '../../ingress/found';
import { sourceRanges } from './addresses';
import { entryOf, type ServiceSubject, shortOf, textOf } from './facts';

interface Beaten {
  readonly loser: string;
  readonly winner: string;
  /** The winner beats it only with this value. */
  readonly value?: RegExp;
}

const TRUE = /^(1|t|T|true|TRUE|True)$/;

/** lbc:pkg/service/model_build_load_balancer.go, model_build_managed_sg.go, model_build_target_group.go */
const BEATEN: readonly Beaten[] = [
  { loser: 'internal', winner: 'scheme' },
  { loser: 'security-groups', winner: 'disable-nlb-sg', value: TRUE },
  { loser: 'security-group-prefix-lists', winner: 'disable-nlb-sg', value: TRUE },
  { loser: 'security-group-prefix-lists', winner: 'security-groups' },
  { loser: 'load-balancer-source-ranges', winner: 'disable-nlb-sg', value: TRUE },
  { loser: 'load-balancer-source-ranges', winner: 'security-groups' },
  { loser: 'proxy-protocol-per-target-group', winner: 'proxy-protocol' },
];

export function beatenSettings(service: ServiceSubject): Finding[] {
  const losers = new Set(BEATEN.map(({ loser }) => loser));
  return [...[...losers].flatMap((loser) => beatenBy(loser, service)), ...rangesInSpec(service)];
}

function beatenBy(suffix: string, service: ServiceSubject): Finding[] {
  const entry = entryOf(service, suffix);
  const by = BEATEN.find(
    ({ loser, winner, value }) =>
      loser === suffix && entryOf(service, winner) !== undefined && fits(textOf(service, winner), value),
  );
  if (entry === undefined || by === undefined) return [];
  const message = `\`${shortOf(entry)}\` is not read beside \`aws-load-balancer-${by.winner}\`.`;
  return [found('nlb-setting-beaten', entry.keySpan, message, 'Keep the one that you mean.')];
}

function fits(text: string | undefined, value: RegExp | undefined): boolean {
  return value === undefined || (text !== undefined && value.test(text));
}

/** lbc:pkg/service/model_build_managed_sg.go buildCIDRsFromSourceRanges */
function rangesInSpec(service: ServiceSubject): Finding[] {
  const entry = entryOf(service, 'load-balancer-source-ranges');
  if (entry === undefined || sourceRanges(service).length === 0) return [];
  const message = `\`${shortOf(entry)}\` is not read beside \`spec.loadBalancerSourceRanges\`.`;
  return [found('nlb-setting-beaten', entry.keySpan, message, 'Keep the one that you mean.')];
}
