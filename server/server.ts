/** The language server's entry: keeps compiled code from one start to the next where Node can, then loads the rest. */
import nodeModule from 'node:module';

/** Node 22.1 has it. */
const enableCompileCache: unknown = Reflect.get(nodeModule, 'enableCompileCache');
if (typeof enableCompileCache === 'function') enableCompileCache();
void import('./listen');
