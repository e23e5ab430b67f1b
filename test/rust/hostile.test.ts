import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Analyzer } from '../../server/src/core/facade';
import { createAnalyzer, loadTable } from '../../server/src/core/index';
import { RustFile } from '../../server/src/core/rust/file';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';

const DEEP = 100_000;

describe('hostile Rust', () => {
  let analyzer: Analyzer;
  let parser: Parser;
  before(async () => {
    parser = await createParser();
    analyzer = createAnalyzer({ parser });
  });

  const judge = (text: string) => {
    const analysis = analyzer.analyze({ path: 'x.rs', language: 'rust', text });
    const facts = analysis.facts();
    for (const { span } of facts) assert.ok(0 <= span.start && span.start < span.end && span.end <= text.length);
    return analysis;
  };
  const inFunction = (body: string) => `fn f(mm: &Mm) {\n${body}\n}\n`;

  for (const [what, text] of [
    ['parentheses', inFunction(`${'('.repeat(DEEP)}mm${')'.repeat(DEEP)}`)],
    ['unclosed blocks', inFunction('{ let a = mm; '.repeat(DEEP))],
    ['method calls', inFunction(`mm${'.as_raw()'.repeat(DEEP)};`)],
    ['references', inFunction(`${'&'.repeat(DEEP)}mm;`)],
    ['patterns', inFunction(`let ${'Some('.repeat(DEEP)}x${')'.repeat(DEEP)} = mm;`)],
    ['types', `fn f(mm: ${'ARef<'.repeat(DEEP)}Mm${'>'.repeat(DEEP)}) { mm; }`],
    ['macros', inFunction(`${'dbg!('.repeat(DEEP)}mm${')'.repeat(DEEP)};`)],
    ['else-ifs', inFunction(`${'if mm.x() { return; } else '.repeat(DEEP / 10)} {}`)],
    ['modules', `${'mod m { '.repeat(DEEP)} fn f(mm: &Mm) {}`],
    ['binary operators', inFunction(`let a = mm${' + mm'.repeat(DEEP)};`)],
  ] as const)
    it(`survives deep ${what}`, () => {
      judge(text);
    });

  it('types many guards and many exits in proportion to their number', () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `let g${i} = mm.mmap_read_lock(); check()?;`);
    const text = `fn f(mm: &MmWithUser) -> Result {\n${lines.join('\n')}\nOk(())\n}\n`;
    const file = new RustFile(text, parser, loadTable());
    const [typed] = file.functions;
    assert.ok(typed!.events.length < 2_000 * 100);
    file.delete();
  });

  it('answers of half-typed code, cut anywhere', () => {
    const whole = `impl Work {
  fn run(&self) -> Result<usize> {
    let mm = self.mm.mmget_not_zero().ok_or(ESRCH)?;
    let Some(vma) = mm.mmap_read_lock().vma_lookup(self.at) else { return Err(ESRCH) };
    match unsafe { ARef::from_raw(NonNull::from(&*mm)) } { x if x.ok() => Ok(vma.start()), _ => Err(EINVAL) }
  }
}
struct Work { mm: ARef<Mm>, at: usize }
`;
    for (let end = 0; end < whole.length; end++) judge(whole.slice(0, end));
  });

  it('never throws on words of the language in any order', () => {
    const words = [
      'fn f(',
      'mm: &Mm',
      ')',
      '{',
      '}',
      'let',
      'Some(x)',
      '=',
      'mm',
      '.',
      'mmap_read_lock()',
      ';',
      'unsafe',
    ]
      .concat([
        'match',
        '=>',
        '&*',
        'ARef',
        '<',
        '>',
        '::',
        'from_raw(',
        'impl',
        'struct S',
        '|x|',
        '?',
        'dbg!(',
        'current!()',
      ])
      .concat([
        'if let',
        'else',
        "'a",
        '*const',
        'bindings::',
        'mmget(',
        'self',
        'macro_rules! m',
        '$x',
        '..',
        '[',
        ']',
      ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), tokens => {
        judge(tokens.join(' '));
      }),
      { numRuns: 300 },
    );
  });
});
