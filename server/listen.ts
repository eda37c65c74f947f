/** The language server: `--stdio` for any editor, `--node-ipc` or `--socket` as the client asks. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { connect } from './handlers';
import { createNodeFiles } from './nodeFiles';

const connection = createConnection(ProposedFeatures.all);
connect(connection, createNodeFiles());
connection.listen();
