import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Claim, Sentence } from '../../server/src/core/safety/facts';
import { UnsafeFile } from '../../server/src/core/safety/unsafe-file';
import type { Parser } from '../../server/src/core/syntax/node';
import { applyEdits, LineIndex } from '../../server/src/core/text';
import { createParser } from '../../server/src/parser/wasm';
import { refute } from './backing';

const [source, driver] = ['wrapper.rs', 'driver.rs'].map(name => readFileSync(path.join(__dirname, name), 'utf8')) as [
  string,
  string,
];

describe('composing SAFETY comments', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['rust']);
  });

  const open = (text: string): UnsafeFile => {
    const tree = parser.parse('rust', text)!;
    try {
      return new UnsafeFile('rust/kernel/wrapper.rs', text, tree.rootNode, parser);
    } finally {
      tree.delete();
    }
  };
  /** What is composed for the places on the first line that holds `code`. */
  const composedAt = (text: string, code: string): readonly Sentence[] => {
    const file = open(text);
    const lines = new LineIndex(text);
    const wanted = lines.positionAt(text.indexOf(code)).line;
    return file.sites
      .filter(({ span }) => lines.positionAt(span.start).line === wanted)
      .flatMap(site => file.compose(site));
  };
  const wordsAt = (text: string, code: string) =>
    composedAt(text, code)
      .map(sentence => sentence.text)
      .join(' ');

  for (const text of [source, driver])
    it(`claims nothing that the file does not show: ${text.split('\n', 1)[0]}`, () => {
      const file = open(text);
      const claims = file.sites.flatMap(site => file.compose(site)).filter(one => one.kind === 'claim');
      assert.ok(claims.length > 30, `${claims.length} claims`);
      assert.deepEqual(unbacked(claims, text), []);
    });

  for (const [code, claim] of [
    ['Send for Held', /which `T: Sync` allows.*which `T: Send` allows/],
    ['T::dec_ref(self.ptr)', /instance owns an increment.*`self` is being dropped, so `self.ptr` is not used again/],
    ['bindings::zap_vma_range', /The address range is within the vma, as tested above/],
    ['ptr::drop_in_place', /Another value is written to the place below/],
    ['inner.slots.add(i)', /requirements of `slot`, `i` is in bounds/],
    ['Slot::page(slot)', /`slot` points at an element of `slots`.*all pages touched.*are in use/],
    ['list_lru_destroy', /`__list_lru_init` has initialised the list above/],
    ['unsafe {\n            for i', /below `count`, the capacity.*`Kmalloc::alloc` has just made it/],
    ['Kmalloc::free', /allocated it with `layout` above.*nobody else was told of `slots`/],
    ['_copy_from_iter', /`buf` is a mutable slice of that many bytes/],
    ['_copy_to_user', /`value` is a reference to a value of type `T`, so `size_of::<T>\(\)` bytes may be read/],
    ['_copy_from_user(', /`out` has room for a value of type `T`/],
    ['MaybeUninit::zeroed()', /`bindings::miscdevice` is a C struct/],
    ['bindings::shrinker_alloc', /`name` is a `fmt::Arguments`/],
    ['i_ino', /An open file keeps its `f_inode`.*`i_ino` of an inode does not change/],
    ['bindings::get_current()', /always returns a valid task_struct.*Only the current task itself changes its `mm`/],
    ['(*raw_file).f_op', /requirements of `mmap`, `file` is a valid file/],
    ['VmaNew::from_raw(vma)', /`vma` is a vma that is currently being mmap'ed/],
    ['publish(raw_file) }', /requirements of `mmap`, `file` is a valid file/],
    ['nr_to_scan', /requirements of `scan`, it is called by the shrinker/],
    ['bindings::attach_inode', /requirements of `attach`, the caller passes an inode from a new file/],
    ['bindings::__might_sleep', /that of a `CStr`/],
    ['*place = new', /`once` is alive here, so its lock is held/],
  ] as const)
    it(`proves ${code}`, () => assert.match(claimsOf(composedAt(driver, code)), claim));

  for (const [what, code, loss, by, claim] of [
    ['the overflow', 'bindings::zap_vma_range', 'wraps || ', '', /within the vma/],
    ['a test of the end', 'bindings::zap_vma_range', ' || self.end() < end', '', /within the vma/],
    ['a shared slice', '_copy_from_iter', 'buf: &mut [u8]', 'buf: &[u8]', /may be written/],
    ['another length', '_copy_from_iter', 'buf.len()', '4096', /may be written/],
    ['a failing call', 'list_lru_destroy', 'ret != 0', 'ret != 1', /has initialised/],
    [
      'an added item',
      'list_lru_destroy',
      'if self.refuses()',
      'bindings::list_lru_add(self.lru.get());\n        if self.refuses()',
      /nothing was added/,
    ],
    [
      'a way out',
      'ptr::drop_in_place',
      'drop_in_place(place) };',
      'drop_in_place(place) };\n            return;',
      /is written/,
    ],
    [
      'another reader',
      'ptr::drop_in_place',
      'unsafe { ptr::write(place',
      'look(place);\n        unsafe { ptr::write(place',
      /is written/,
    ],
    ['another layout', 'Kmalloc::free', 'free(slots.cast(), layout)', 'free(slots.cast(), other)', /allocated it with/],
    [
      'a bound',
      'Send for Held',
      '<T: AlwaysRefCounted + Sync + Send> Send',
      '<T: AlwaysRefCounted + Send> Send',
      /allows/,
    ],
    [
      'another parameter',
      '(*raw_file).f_op',
      'raw_file: *mut bindings::file,',
      'file: *mut bindings::inode, raw_file: *mut bindings::file,',
      /is a valid file/,
    ],
  ] as const)
    it(`does not prove ${code} with ${what}`, () => {
      assert.ok(driver.includes(loss), loss);
      assert.match(claimsOf(composedAt(driver, code)), claim);
      assert.doesNotMatch(claimsOf(composedAt(driver.replace(loss, by), code)), claim);
    });

  it('takes a pointer that was read from an object for what it is', () => {
    assert.doesNotMatch(claimsOf(composedAt(driver, '(*inode).i_rwsem')), /`file` is a reference/);
  });

  it('asks for what a foreign function demands, and of no safe one', () => {
    assert.match(wordsAt(driver, 'start_driver()) }'), /the requirements of `start_driver` are met/);
  });

  it('claims nothing that the file does not show, whatever lines it loses', () => {
    const lines = `${source}${driver}`.split('\n');
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(lines.length - 1), { maxLength: 12 }), lost => {
        const text = lines.filter((_, line) => !lost.includes(line)).join('\n');
        const file = open(text);
        const said = file.sites.flatMap(site => file.compose(site));
        assert.deepEqual(
          unbacked(
            said.filter(one => one.kind === 'claim'),
            text,
          ),
          [],
        );
        for (const sentence of said) assert.match(sentence.text, /\.$/);
      }),
      { numRuns: 80, seed: 7 },
    );
  });

  it('writes comments of at most a hundred columns that it then reads again', () => {
    const file = open(source);
    const fixed = applyEdits(source, [
      ...new Map(file.sites.map(site => file.insertion(site)).map(edit => [edit.span.start, edit])).values(),
    ]);
    for (const line of fixed.split('\n').filter(one => !source.includes(one))) assert.ok(line.length <= 100, line);
    const again = open(fixed);
    for (const site of again.sites) assert.ok(again.commentOf(site), fixed.slice(site.span.start, site.span.end + 60));
  });

  for (const [what, code, loss, claim] of [
    [
      'the test for NULL',
      'Some(unsafe { VmaRef::from_raw(vma) })',
      '        if vma.is_null() {\n            return None;\n        }\n',
      /is not null/,
    ],
    ['the type invariants', 'bindings::mmget(', 'The value of `mm_users` is non-zero.', /mm_users/],
    ['the attribute', '&*ptr.cast()', '#[repr(transparent)]\n', /repr\(transparent\)/],
    ['the promise of the caller', '&*ptr.cast()', '`ptr` points at an `mm_struct`, and that ', /`ptr` points at/],
    ['the assertion', 'inner.slots.add', '        assert!(end <= inner.size);\n', /was asserted/],
    ['the branch', 'Some(unsafe { ARef::from_raw', 'if success ', /has just taken/],
    [
      'the call that locks',
      'ReadGuard { mm: self }',
      '        unsafe { bindings::mmap_read_lock(self.as_raw()) };\n',
      /has just taken/,
    ],
  ] as const) {
    it(`does not claim what rests on ${what} without it`, () => {
      assert.ok(source.includes(loss), loss);
      assert.match(claimsOf(composedAt(source, code)), claim);
      assert.doesNotMatch(claimsOf(composedAt(source.replace(loss, ''), code)), claim);
    });
  }

  it('sees that a guard was dropped and a lock released', () => {
    const dropped = source.replace('        let mut found = 0;\n', '        drop(inner);\n');
    assert.match(wordsAt(source, 'Slot::page(slot)'), /`inner` holds the lock/);
    assert.doesNotMatch(claimsOf(composedAt(dropped, 'Slot::page(slot)')), /holds the lock/);
  });

  it('does not call an object unpublished once it is registered', () => {
    const late = source.replace(
      'seeks = 1 };\n',
      'seeks = 1 };\n    unsafe { bindings::shrinker_register(shrinker.as_ptr()) };\n    unsafe { (*shrinker.as_ptr()).batch = 1 };\n',
    );
    assert.match(wordsAt(late, 'seeks = 1'), /not shared with anybody yet/);
    assert.doesNotMatch(claimsOf(composedAt(late, 'batch = 1')), /not shared|unregistered/);
  });
});

function claimsOf(sentences: readonly Sentence[]): string {
  return sentences
    .filter(({ kind }) => kind === 'claim')
    .map(({ text }) => text)
    .join(' ');
}

function unbacked(claims: readonly Claim[], text: string): string[] {
  return claims.flatMap(claim => {
    if (claim.facts.length === 0) return [`${claim.text}: rests on nothing`];
    return claim.facts.flatMap(fact => {
      const wrong = refute(fact, text);
      return wrong === null ? [] : [`${claim.text}: ${wrong}`];
    });
  });
}
