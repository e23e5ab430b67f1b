import assert from 'node:assert/strict';
import { parseFunction, scanC } from '../../server/src/core/syntax/functions';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';

/** Definitions and the name that must be found in each. */
const DEFINITIONS: readonly (readonly [string, string])[] = [
  ['int f(void)\n{\n}', 'f'],
  ['static inline struct s *f(struct s *s)\n{\n}', 'f'],
  ['static int __init\nf(void)\n{\n}', 'f'],
  ['int (f)(int a)\n{\n}', 'f'],
  ['static int (*f(int a))(void)\n{\n}', 'f'],
  ['int f(a, b)\n\tint a;\n\tchar *b;\n{\n}', 'f'],
  ['void f(int a)\n\t__acquires(&a->l)\n\t__releases(b)\n{\n}', 'f'],
  ['void f(int a) __odd(a)\n{\n}', 'f'],
  ['__printf(1, 2) void f(const char *s, ...)\n{\n}', 'f'],
  ['__attribute__((cold)) static void f(void)\n{\n}', 'f'],
  ['static typeof(x) f(void)\n{\n}', 'f'],
  ['EXPORT_IT(g)\nint f(void)\n{\n}', 'f'],
  ['SEC("tc")\nint f(void)\n{\n}', 'f'],
  ['SYSCALL_DEFINE2(f, int, a, int, b)\n{\n}', 'f'],
  ['COMPAT_SYSCALL_DEFINE1(f, int, a)\n{\n}', 'f'],
  ['SYSCALL_DEFINE0(f)\n{\n}', 'f'],
  ['SYSCALL_DEFINE1(64_f, int, a)\n{\n}', '64_f'],
  ['BPF_CALL_2(f, int, a, int, b)\n{\n}', 'f'],
  ['DEFINE_HANDLER(f)\n{\n}', 'f'],
  ['TEST_F(fixture, f)\n{\n}', 'f'],
  ['void BPF_PROG(f, int a)\n{\n}', 'f'],
  ['static struct s *PRIVATE(struct t *t)\n{\n}', 'PRIVATE'],
  ['extern "C" {\nint f(void)\n{\n}\n}', 'f'],
  ['int f(int (*cb)(struct s *), void *p) { return cb(p); }', 'f'],
];

/** What looks like a definition to a careless reader. */
const OTHERS = [
  'struct s {\n\tint (*f)(int);\n};',
  'enum e { A, B(1) };',
  'static struct ops o = {\n\t.f = g,\n};',
  'int t[] = { f(1) };',
  'DEFINE_FREE(put, struct s *, if (_T) put(_T))',
  '#define f(x) \\\n{ \\\n}',
  '/* int f(void) { } */',
  'char *s = "int f(void) { }";',
  'int f(void);',
  'TYPE_SAFE(struct s) {\n\tint x;\n};',
  'FIXTURE_VARIANT(a, b) {\n\t.x = 1,\n};',
  'union __aligned(8) u {\n\tint x;\n};',
];

describe('finding functions', () => {
  for (const [text, name] of DEFINITIONS) {
    it(`names ${JSON.stringify(text)}`, () => {
      const found = scanC(`int before;\n${text}\nint after;\n`).functions;
      assert.deepEqual(
        found.map(one => one.name),
        [name],
      );
    });
  }

  for (const text of OTHERS) {
    it(`finds none in ${JSON.stringify(text)}`, () => assert.deepEqual(scanC(`${text}\n`).functions, []));
  }

  it('gives offsets of the file', () => {
    const text = 'int x;\n\nstatic int f(void)\n{\n\treturn 0;\n}\n';
    const [found] = scanC(text).functions;
    assert.deepEqual(found, {
      start: text.indexOf('static'),
      end: text.length - 1,
      bodyStart: text.indexOf('{'),
      name: 'f',
      nameStart: text.indexOf('f('),
      nesting: 1,
    });
  });

  it('starts at the specifiers, not at the macros or half-typed words in front of them', () => {
    for (const before of ['EXPORT(g)\n', 'mmap_read_lo\n\n', 'int x = g(1,\n\n', '/* f */\n']) {
      const text = `${before}static int f(void)\n{\n}\n`;
      assert.equal(scanC(text).functions.at(-1)!.start, before.length, before);
    }
  });
});

describe('half-typed code', () => {
  const after = 'static int g(void)\n{\n}\n\nstatic int h(void)\n{\n}\n';
  const bodies = {
    'a missing brace': '\tif (x) {\n\t\ty();\n}\n\n',
    'a missing end': '\tif (x)\n\t\ty();\n\n',
    'a missing parenthesis': '\tif (x(y {\n\t\ty();\n\t}\n}\n\n',
    'a brace too many': '\t}\n\ty();\n}\n\n',
    'an open string': '\ty("x);\n}\n\n',
    'an open condition': '#ifdef A\n\ty();\n}\n\n',
    'an unfinished call': '\ty(z,\n}\n\n',
    'an unfinished loop': '\tfor_each_y(z\n}\n\n',
  };

  for (const [title, body] of Object.entries(bodies)) {
    it(`${title} does not hide the functions after it`, () => {
      const { functions } = scanC(`static int f(void)\n{\n${body}${after}`);
      assert.deepEqual(
        functions.map(found => found.name),
        ['f', 'g', 'h'],
      );
    });
  }
});

describe('parsing one function', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser();
  });

  it('gives nodes with offsets of the slice', () => {
    const source = scanC('int x;\nint f(void)\n{\n\treturn 0;\n}\n');
    const parsed = parseFunction(parser, source, source.functions[0]!)!;
    assert.equal(parsed.node.type, 'function_definition');
    assert.equal(parsed.node.startIndex, 0);
    assert.equal(parsed.node.endIndex, source.functions[0]!.end - source.functions[0]!.start);
    parsed.tree.delete();
  });

  it('gives up on what nests absurdly', () => {
    const source = scanC(`int f(void)\n{\n${'g('.repeat(2_000)}${')'.repeat(2_000)};\n}\n`);
    assert.equal(parseFunction(parser, source, source.functions[0]!), null);
  });

  it('gives up on a body that ends before its function', () => {
    const source = scanC('int f(void)\n{\n\t}\n\treturn 0;\n}\n');
    assert.equal(source.functions[0]!.end, source.text.length - 1);
    assert.equal(parseFunction(parser, source, source.functions[0]!), null);
  });

  it('says that a broken body is broken', () => {
    const source = scanC('int f(void)\n{\n\tif (x {\n\t}\n}\n');
    const parsed = parseFunction(parser, source, source.functions[0]!)!;
    assert.equal(parsed.tree.rootNode.hasError, true);
    parsed.tree.delete();
  });
});

describe('file-level facts', () => {
  it('read the definitions of clean-ups', () => {
    const text = 'DEFINE_FREE(put, struct s *, if (_T) put(_T, 1))\nDEFINE_GUARD(lock, struct s *, a(_T), b(_T))\n';
    assert.deepEqual(
      scanC(text).cleanups.map(({ macro, args }) => [macro, ...args.map(argument => argument.text)]),
      [
        ['DEFINE_FREE', 'put', 'struct s *', 'if (_T) put(_T, 1)'],
        ['DEFINE_GUARD', 'lock', 'struct s *', 'a(_T)', 'b(_T)'],
      ],
    );
    const [free] = scanC(text).cleanups;
    assert.equal(text.slice(free!.start, free!.end), text.split('\n')[0]);
    assert.equal(text.slice(free!.args[1]!.start, free!.args[1]!.end), 'struct s *');
  });

  it('read annotations of declarations and definitions', () => {
    const { annotations } = scanC(`
extern void lock(struct s *s) __acquires(&s->l) __acquires(rcu);
bool try(struct s *s) __cond_acquires(true, &s->l);
void __noreturn stop(void);
__attribute__((__noreturn__)) void halt(void);
int plain(void) __attribute__((cold));
static void unlock(struct s *s)
	__must_hold(&s->l)
{
}
`);
    assert.deepEqual(Object.fromEntries(annotations), {
      lock: [
        { kind: '__acquires', args: ['&s->l'] },
        { kind: '__acquires', args: ['rcu'] },
      ],
      try: [{ kind: '__cond_acquires', args: ['true', '&s->l'] }],
      stop: [{ kind: '__noreturn', args: [] }],
      halt: [{ kind: '__noreturn', args: [] }],
      unlock: [{ kind: '__must_hold', args: ['&s->l'] }],
    });
  });

  it('put what a declaration and a definition say together, once', () => {
    const { annotations } = scanC('void f(int a) __must_hold(a);\nvoid f(int a) __must_hold(a) __releases(a)\n{\n}\n');
    assert.deepEqual(annotations.get('f'), [
      { kind: '__must_hold', args: ['a'] },
      { kind: '__releases', args: ['a'] },
    ]);
  });
});
