/** The language server: `--stdio` for any editor, `--node-ipc` or `--socket` as the client asks. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { connect } from './handlers';
import { nodeFiles } from './nodeFiles';

const connection = createConnection(ProposedFeatures.all);
connect(connection, nodeFiles);
connection.listen();
