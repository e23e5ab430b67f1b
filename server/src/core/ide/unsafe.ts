import type { Finding, IncompleteFunction, SourceFile } from '../facade';
import { rules } from '../rules';
import type { OtherItems } from '../safety/items';
import { isSafeText, UnsafeFile } from '../safety/unsafe-file';
import type { Parser, SyntaxNode } from '../syntax/node';

/** What the rules about unsafe code find in a Rust file. `root` is its tree, which is not kept. */
export function judgeUnsafe(
  file: SourceFile,
  root: SyntaxNode,
  parser: Parser,
  incomplete: IncompleteFunction[] = [],
  others: OtherItems | null = null,
): Finding[] {
  if (isSafeText(file.text)) return [];
  const decline = (reason: string) => incomplete.push({ span: { start: 0, end: 0 }, function: '', reason });
  const unsafe = new UnsafeFile(file.path, file.text, root, parser, file.helpers, others);
  if (unsafe.truncated) decline('the file has more unsafe code than is looked at');
  return rules.flatMap(rule => {
    try {
      return [...(rule.checkUnsafe?.(unsafe) ?? [])].map(report => ({
        ...report,
        rule: rule.id,
        severity: report.severity ?? rule.severity,
      }));
    } catch (error) {
      decline(`the rule ${rule.id} failed: ${String(error)}`);
      return [];
    }
  });
}
