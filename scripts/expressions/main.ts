import { lint } from './lint';

const problems = lint(process.cwd());
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
