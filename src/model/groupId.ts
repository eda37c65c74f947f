/** An IngressGroup: explicit (namespace is empty) or implicit, of the one Ingress that it is named after. */
export interface GroupId {
  readonly namespace: string;
  readonly name: string;
}

export function isExplicit(group: GroupId): boolean {
  return group.namespace === '';
}

/** `name` of an explicit group, `namespace/name` of an implicit one: also the id of the group's stack. */
export function groupIdText(group: GroupId): string {
  return isExplicit(group) ? group.name : `${group.namespace}/${group.name}`;
}
