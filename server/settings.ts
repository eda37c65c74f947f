/** What a project decides about the checks: `.ekslb.yaml`, and the settings of the editor. */
import type { RuleCode, Severity } from '../src/rules';
import type { Profile } from './checks/profile';

export type Level = Severity | 'off';

export interface Config {
  readonly profile: Profile;
  readonly severity: Readonly<Partial<Record<RuleCode, Level>>>;
  /** Nothing is said of the file. */
  readonly ignored: boolean;
}

export const DEFAULT_CONFIG: Config = { profile: {}, severity: {}, ignored: false };

/** What holds for a file, by its address. */
export type ConfigOf = (uri: string) => Config;
