import { type InitializeParams, MarkupKind } from 'vscode-languageserver/node';
import { chooseEncoding, type Encoding } from './from-lsp';

/** What this client can do: everything beyond push diagnostics, plain hovers and plain edits must be offered by it. */
export interface ClientFeatures {
  readonly encoding: Encoding;
  /** Markdown is the format that it likes best. */
  readonly markdown: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** The client asks for diagnostics; then none are pushed to it. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesInlayHints: boolean;
  readonly versionedEdits: boolean;
  readonly snippetEdits: boolean;
  readonly answersConfiguration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
}

export function readClientFeatures({ capabilities }: InitializeParams): ClientFeatures {
  const { general, textDocument, workspace } = capabilities ?? {};
  const diagnostics = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
  return {
    encoding: chooseEncoding(general?.positionEncodings),
    markdown: textDocument?.hover?.contentFormat?.[0] === MarkupKind.Markdown,
    relatedInformation: diagnostics.relatedInformation ?? false,
    codeDescription: diagnostics.codeDescriptionSupport ?? false,
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport ?? false,
    versionedEdits: workspace?.workspaceEdit?.documentChanges ?? false,
    // A snippet can only stand in the versioned form of an edit.
    snippetEdits: (workspace?.workspaceEdit?.documentChanges && workspace.workspaceEdit.snippetEditSupport) ?? false,
    answersConfiguration: workspace?.configuration ?? false,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
  };
}
