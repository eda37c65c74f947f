import type { Token } from './token';

/** What stands in front of a load balancer. Source: lbc:pkg/model/{wafv2,wafregional,shield}. */
export const WEB_ACL = 'AWS::WAFv2::WebACLAssociation';
export const CLASSIC_WEB_ACL = 'AWS::WAFRegional::WebACLAssociation';
export const SHIELD = 'AWS::Shield::Protection';

export interface WebAclSpec {
  /** Empty where there is to be none. */
  readonly webACLARN: string;
  readonly resourceARN: Token;
}

export interface ClassicWebAclSpec {
  /** Empty where there is to be none. */
  readonly webACLID: string;
  readonly resourceARN: Token;
}

export interface ShieldSpec {
  readonly enabled: boolean;
  readonly resourceARN: Token;
}
