import assert from 'node:assert/strict';
import { parseFunction, scanC } from '../../server/src/core/syntax/functions';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';

/** What is rewritten inside a body: a title, the source, and the text of the same length that the grammar reads. */
const STATEMENTS: readonly (readonly [string, string, string])[] = [
  ['an address space', 'char __user *p = q;', 'char        *p = q;'],
  ['a cast', 'x = (void __force __user *)p;', 'x = (void                *)p;'],
  [
    'a pointer to a function in an annotated cast',
    'f = (int __must_check (*)(void))p;',
    'f = (int              (*)(void))p;',
  ],
  ['an annotation after the name', 'int unused __maybe_unused;', 'int unused               ;'],
  ['a clean-up', 'struct s *p __free(put) = get();', 'struct s *p             = get();'],
  ['an attribute', 'int x __attribute__((aligned(8)));', 'int x                            ;'],
  ['a function that has the name of an annotation', '__init(x);', '__init(x);'],
  ['a guard, which reads as a call', 'guard(mutex)(&m->lock);', 'guard(mutex)(&m->lock);'],
  ['a scoped guard', 'scoped_guard(mutex, &m) { f(); }', 'while       (mutex, &m) { f(); }'],
  ['a scoped guard of one statement', 'scoped_guard(rcu)\nf();', 'while       (rcu)\nf();'],
  [
    'a conditional guard',
    'scoped_cond_guard(a, return -EINTR, &m) { f(); }',
    'while            (a,        -EINTR, &m) { f(); }',
  ],
  ['a loop macro', 'for_each_vma(vmi, vma) { f(vma); }', 'while       (vmi, vma) { f(vma); }'],
  ['a loop macro without braces', 'for_each_vma(vmi, vma)\n\tf(vma);', 'while       (vmi, vma)\n\tf(vma);'],
  ['a loop in a loop', 'for_each_a(x) for_each_b(y) f();', 'while     (x) while     (y) f();'],
  ['a loop after a condition', 'if (a) for_each_b(y) f();', 'if (a) while     (y) f();'],
  ['a loop after else', 'if (a) g(); else for_each_b(y) f();', 'if (a) g(); else while     (y) f();'],
  ['a conditional expression on two lines', 'x = a ? b : c(d)\n- e;', 'x = a ? b : c(d)\n- e;'],
  ['a call that only sounds like a loop', 'idr_for_each(&idr, f, data);', 'idr_for_each(&idr, f, data);'],
  ['a result of one', 'x = idr_for_each(&idr, f, data);', 'x = idr_for_each(&idr, f, data);'],
  ['an unknown loop, by its braces', 'walk_frags(skb, it) { f(it); }', 'while     (skb, it) { f(it); }'],
  ['an unknown loop, by the indentation under it', 'walk_frags(skb, it)\n\tf(it);', 'while     (skb, it)\n\tf(it);'],
  ['a block macro of a short name', 'TRY(x) { f(); }', 'if (x) { f(); }'],
  ['a block macro with an else', 'when(x) { f(); } else { g(); }', 'if  (x) { f(); } else { g(); }'],
  ['a block macro without arguments', 'locked_section() { f(); }', 'if(1)            { f(); }'],
  [
    'an old pair of macros',
    'do_each_pid(p, t) { f(t); } while_each_pid(p, t);',
    'do                { f(t); } while         (p, t);',
  ],
  [
    'a loop macro that ends a do',
    'do { f(vma); } for_each_vma_range(vmi, vma, end);',
    'do { f(vma); } while             (vmi, vma, end);',
  ],
  ['a type as an argument', 's = container_of(w, struct state, work);', 's = container_of(w,        state, work);'],
  ['a pointer type as an argument', 'p = va_arg(ap, const struct state *);', 'p = va_arg(ap,              state  );'],
  ['a pointer to a typedef as an argument', 'p = va_arg(ap, state_t **);', 'p = va_arg(ap, state_t   );'],
  ['a keyword type as an argument', 'x = min_t(unsigned long, a, b);', 'x = min_t(Unsigned     , a, b);'],
  ['a declaration as an argument', 'with(struct state *s, x);', 'with(              s, x);'],
  ['a declaration by a typedef as an argument', 'with(state_t s, x);', 'with(        s, x);'],
  ['a statement as an argument', 'CHECK(a, b = 1;);', 'CHECK(a, b = 1 );'],
  ['a cast as an argument', 'f((struct state *)x);', 'f((struct state *)x);'],
  ['a cast to a pointer to a function', 'f = (state_t (*)(void))p;', 'f = (state_t (*)(void))p;'],
  ['a size', 'x = sizeof(struct state);', 'x = sizeof(struct state);'],
  ['an operator as an argument', 'CHECK(a, ==, b);', 'CHECK(a, 0 , b);'],
  ['an empty argument', 'TRACE(a, , b);', 'TRACE(a,0, b);'],
  ['a last argument that is empty', 'TRACE(a,);', 'TRACE(a );'],
  ['a jump as an argument', 'CHECK(a, goto out);', 'CHECK(a,      out);'],
  ['a lone jump as an argument', 'CHECK(a, continue);', 'CHECK(a, Continue);'],
  ['a designator as an argument', 'OPTIONS(o, .flags = 1);', 'OPTIONS(o,  flags = 1);'],
  ['a computed type', 'typeof(*p) *q = p;', 'typeof     *q = p;'],
  ['a computed type of another name', 'field_typeof(a->b) c = d;', 'field_typeof       c = d;'],
  ['an alignment of a value', 'x = __alignof__(*p);', 'x = sizeof     (*p);'],
  ['an offset of a nested member', 'x = offsetof(struct s, a.b[1]);', 'x = offsetof(struct s, a     );'],
  ['a range of cases', "switch (x) { case 'a' ... 'z': f(); }", "switch (x) { case 'a'  |  'z': f(); }"],
  ['a range of an initialiser', 'int t[] = { [0 ... 3] = 1 };', 'int t[] = { [0  |  3] = 1 };'],
  ['a static declaration by a macro', 'static DEFINE_RATE(rs, 1, 2);', '       DEFINE_RATE(rs, 1, 2);'],
  ['a declaration without a type', 'auto p = get();', 'Auto p = get();'],
  ['a declaration of a static pointer', 'static struct s *p = NULL;', 'static struct s *p = NULL;'],
  ['an initialised declaration by a macro', 'DECLARE_MAP(m, 8) = { 0 };', 'DECLARE_MAP(m, 8)        ;'],
  [
    'assembly',
    'asm volatile(NOP "x" ALT : "=r" (y) : : "memory");',
    'asm volatile(    "x"     : "=r" (y) : : "memory");',
  ],
  ['assembly without a string', 'asm volatile(SYNC : : : "memory");', 'asm volatile(""   : : : "memory");'],
  ['assembly with macros for operands', 'asm("x" : OUTPUTS(y) : "r" (z));', '                               ;'],
  ['the register of a variable', 'register long r asm("r0") = x;', 'register long r           = x;'],
  ['a directive that is no condition', 'f();\n#define X 1\ng();', 'f();\n           \ng();'],
  ['names in front of a string', 'f(LEVEL PREFIX "x" SUFFIX END);', 'f(      PREFIX "x" SUFFIX END);'],
  ['macros around a string', 'f(S(a) "x" S(b) "y");', 'f(S    "x" S    "y");'],
  ['a cast of a string', 'p = (char *)"x";', 'p = (char *)"x";'],
  [
    'an annotated static array',
    'static const __initconst u16 a[] = { 1 };',
    'static const             u16 a[] = { 1 };',
  ],
  ['strings and comments', 'f("__user"); /* __user */', 'f("__user"); /* __user */'],
];

/** Headers: everything up to the body. */
const HEADERS: readonly (readonly [string, string, string])[] = [
  ['a known annotation', 'static int __init f(void)', 'static int        f(void)'],
  ['an unknown one before the type', 'static odd_inline u64 f(void)', 'static            u64 f(void)'],
  ['an unknown one after the type', 'static struct s *__odd f(void)', 'static struct s *      f(void)'],
  [
    'contracts after the parameters',
    'void f(struct s *s) __must_hold(&s->l)',
    'void f(struct s *s)                   ',
  ],
  ['an unknown one after the parameters', 'void f(int a) ODD(a) odd', 'void f(int a)           '],
  ['annotated parameters', 'int f(char __user *p, int n __unused)', 'int f(char        *p, int n         )'],
  ['a system call', 'SYSCALL_DEFINE2(sum, int, a, long, b)', 'long            sum( int  a, long  b)'],
  ['a system call without arguments', 'SYSCALL_DEFINE0(pid)', 'long           pid()'],
  ['a system call of an odd name', 'SYSCALL_DEFINE1(64_map, int, a)', 'long            _4_map( int  a)'],
  ['a helper', 'BPF_CALL_1(f, void *, a)', 'long       f( void *  a)'],
  ['a test', 'TEST(works)', 'int works()'],
  ['a program', 'static int BPF_PROG(f, struct s *s)', 'static int          f( struct s *s)'],
];

describe('normalising a function', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser();
  });

  for (const [title, source, expected] of STATEMENTS) {
    it(title, () => {
      const frame = ['void f(void)\n{\n', '\n}\n'] as const;
      const normalised = normaliseCleanly(parser, frame.join(source));
      assert.equal(normalised.slice(frame[0].length, -frame[1].length), expected);
    });
  }

  for (const [title, source, expected] of HEADERS) {
    it(`in a header, ${title}`, () => {
      const body = '\n{\n}\n';
      assert.equal(normaliseCleanly(parser, source + body), expected + body);
    });
  }

  it('does not hide that a semicolon is missing', () => {
    for (const next of [
      'a = 1;',
      'unlock(mm);',
      'return;',
      'do { } while (1);',
      '{ a(); }',
      '*p = 1;',
      'struct s *s;',
    ]) {
      const source = scanC(`void f(void)\n{\n\tlock(mm)\n\t${next}\n}\n`);
      const parsed = parseFunction(parser, source, source.functions[0]!)!;
      assert.equal(parsed.node.hasError, true, next);
      parsed.tree.delete();
    }
  });

  it('leaves the rest of the file alone', () => {
    const text = 'static int x __read_mostly;\nstruct s { int y; } __packed;\n';
    assert.equal(scanC(text).normalised, text);
  });
});

/** The normalised text of a file with one function, which the grammar must read without an error. */
function normaliseCleanly(parser: Parser, text: string): string {
  const source = scanC(text);
  assert.equal(source.normalised.length, text.length);
  assert.equal(source.functions.length, 1);
  const parsed = parseFunction(parser, source, source.functions[0]!);
  assert.ok(parsed, 'the parser gave up');
  assert.equal(parsed.node.hasError, false, source.normalised);
  parsed.tree.delete();
  return source.normalised;
}
