// Known vulnerabilities of what ships, by the lock file. usage: npm run audit
// Exit code 1 if there are any of level high or above; a registry that does not answer is told and is no failure.
import { spawnSync } from 'node:child_process';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { stdout } = spawnSync(npm, ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = parsed(stdout);
const counts = report?.metadata?.vulnerabilities;
if (counts === undefined) {
  console.log(`Could not ask: ${report?.message?.split(' - ')[0] ?? 'the registry gives no advisories'}.`);
} else {
  for (const [name, { severity, via }] of Object.entries(report.vulnerabilities ?? {})) {
    const titles = via.flatMap((one) => (typeof one === 'string' ? [] : [`${one.title} ${one.url}`]));
    console.log(`${severity} ${name}: ${titles.join('; ')}`);
  }
  console.log(
    `${counts.total} known vulnerabilities, ${counts.high + counts.critical} of them high or critical.`,
  );
  process.exitCode = counts.high + counts.critical > 0 ? 1 : 0;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
