import type { Finding, SourceFile } from '../facade';
import { rules } from '../rules';
import { isSafeText, UnsafeFile } from '../safety/unsafe-file';
import type { Parser, SyntaxNode } from '../syntax/node';

/** What the rules about unsafe code find in a Rust file. `root` is its tree, which is not kept. */
export function judgeUnsafe(file: SourceFile, root: SyntaxNode, parser: Parser): Finding[] {
  if (isSafeText(file.text)) return [];
  const unsafe = new UnsafeFile(file.path, file.text, root, parser, file.helpers);
  return rules.flatMap(rule =>
    [...(rule.checkUnsafe?.(unsafe) ?? [])].map(report => ({
      ...report,
      rule: rule.id,
      severity: report.severity ?? rule.severity,
    })),
  );
}
