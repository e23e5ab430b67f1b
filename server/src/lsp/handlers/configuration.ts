import {
  DidChangeConfigurationNotification,
  type DidChangeConfigurationParams,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
} from 'vscode-languageserver/node';
import { CONFIGURATION_FILE } from '../../workspace/configuration';
import type { Session } from '../session';

/** Settings of the editor live in this section. */
const SECTION = 'mmAnalyzer';

/** After `initialized`: asks for the settings, and to be told when they or a configuration file change. */
export async function subscribe(session: Session): Promise<void> {
  const { client, connection } = session;
  if (client.registersConfiguration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
  }
  if (client.registersWatchers) {
    const watchers = [`**/${CONFIGURATION_FILE}`, '**/*.{c,h,rs}'].map(globPattern => ({ globPattern }));
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (client.answersConfiguration) await didChangeConfiguration(session, { settings: null });
}

/** The notification carries the settings only for clients that cannot be asked for them. */
export async function didChangeConfiguration(session: Session, params: DidChangeConfigurationParams): Promise<void> {
  const section = session.client.answersConfiguration
    ? await session.connection.workspace.getConfiguration(SECTION)
    : (params.settings?.[SECTION] ?? params.settings);
  session.configure(section);
  if (session.client.refreshesInlayHints) session.connection.languages.inlayHint.refresh();
  session.startAgain();
}

export function didChangeWatchedFiles(session: Session, { changes }: DidChangeWatchedFilesParams): void {
  if (session.projects.refresh()) session.startAgain();
  const uris = changes.map(({ uri }) => uri);
  session.programs.touched(uris);
  session.neighbours.touched(uris);
}
