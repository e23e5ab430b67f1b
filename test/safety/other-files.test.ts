import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Elsewhere } from '../../server/src/core/rust/crates/elsewhere';
import { RustModules } from '../../server/src/core/rust/crates/modules';
import { Names } from '../../server/src/core/rust/crates/names';
import type { Claim, Sentence } from '../../server/src/core/safety/facts';
import { OtherFiles } from '../../server/src/core/safety/other-files';
import { UnsafeFile } from '../../server/src/core/safety/unsafe-file';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';
import { treeOf } from '../support/rust-tree';
import { refute } from './backing';

const WATCH = 'rust/kernel/watch.rs';
const watch = `use crate::mm::Mm;

/// Reads what is mapped.
///
/// # Invariants
///
/// \`space\` points at a live \`mm_struct\`.
pub struct Watch {
    space: *mut bindings::mm_struct,
}

impl Watch {
    /// # Safety
    ///
    /// - \`ptr\` must point at a valid \`mm_struct\`.
    /// - \`mm_users\` of it must be non-zero.
    /// - No fork may be going on.
    pub unsafe fn count(ptr: *mut bindings::mm_struct) -> usize {
        0
    }

    /// # Safety
    ///
    /// \`at\` must be valid for writes of \`len\` bytes.
    pub unsafe fn fill(&self, at: *mut u8, len: usize) {}

    /// # Safety
    ///
    /// The mmap lock must not be held.
    pub unsafe fn sleep(&self, ptr: *mut bindings::mm_struct) {}

    pub unsafe fn silent(&self) {}
}

/// # Safety
///
/// Callers must ensure that \`ptr\` points at a valid \`mm_struct\`. That is, it must not be freed meanwhile.
pub unsafe fn forget_space(ptr: *mut bindings::mm_struct) {}

/// # Invariants
///
/// The mmap read lock is held as long as it lives.
pub struct Held;
`;

const DRIVER = 'drivers/x/x.rs';
const driver = `use kernel::{
    mm::MmWithUser,
    watch::{self, Held, Watch},
};

fn count(mm: &MmWithUser) -> usize {
    unsafe { Watch::count(mm.as_raw()) }
}

fn raw_count(raw: *mut bindings::mm_struct) -> usize {
    unsafe { Watch::count(raw) }
}

fn forget(mm: &MmWithUser) {
    unsafe { watch::forget_space(mm.as_raw()) };
}

fn fill(with: &Watch, at: &mut u8) {
    unsafe { with.fill(at, 1) };
}

fn by_path(with: &Watch, at: &mut u8) {
    unsafe { Watch::fill(with, at, 1) };
}

fn sleep(with: &Watch, mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    unsafe { with.sleep(mm.as_raw()) };
}

fn silent(with: &Watch) {
    unsafe { with.silent() };
}

fn held(held: &Held, addr: usize) {
    let vma = unsafe { bindings::vma_lookup(held.as_raw(), addr) };
}

/// # Safety
///
/// No fork may be going on.
unsafe fn passes_on(mm: &MmWithUser) -> usize {
    unsafe { Watch::count(mm.as_raw()) }
}
`;

describe('composing SAFETY comments from other files', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['rust']);
  });

  const open = (text: string, others: Readonly<Record<string, string>>): UnsafeFile => {
    const tree = parser.parse('rust', text)!;
    const names = new Names(new RustModules(parser), treeOf(others), DRIVER, text);
    try {
      const known = new OtherFiles(new Elsewhere(names, () => false), parser);
      return new UnsafeFile(DRIVER, text, tree.rootNode, parser, () => null, known);
    } finally {
      tree.delete();
    }
  };
  const saidIn = (name: string, others: Readonly<Record<string, string>> = { [WATCH]: watch }): readonly Sentence[] => {
    const file = open(driver, others);
    const site = file.sites.find(one => one.function === name);
    assert.ok(site, name);
    return file.compose(site);
  };
  const wordsOf = (name: string, others?: Readonly<Record<string, string>>) =>
    saidIn(name, others)
      .map(({ text }) => text)
      .join(' ');

  it('proves each demand that the code meets, and names the others', () => {
    assert.equal(
      wordsOf('count'),
      '`mm` is a reference, so `mm.as_raw()` is a valid `mm_struct` pointer. By the type invariants of `MmWithUser`, the value of `mm_users` is non-zero. TODO: show that no fork is going on, as `Watch::count` demands.',
    );
    assert.equal(saidIn('raw_count').filter(({ kind }) => kind === 'todo').length, 3, wordsOf('raw_count'));
    assert.equal(wordsOf('forget'), '`mm` is a reference, so `mm.as_raw()` is a valid `mm_struct` pointer.');
  });

  it('claims by what the caller promised in the same words', () => {
    assert.match(wordsOf('passes_on'), /By the safety requirements of `passes_on`, no fork is going on\.$/);
  });

  it('rests on the invariants that another file states', () => {
    assert.match(wordsOf('held'), /By the type invariants of `Held`, the mmap read lock is held as long as it lives\./);
    const facts = saidIn('held').flatMap(one => (one.kind === 'claim' ? one.facts : []));
    assert.ok(facts.some(fact => fact.kind === 'invariant' && fact.file === WATCH));
    assert.doesNotMatch(wordsOf('held', { [WATCH]: watch.replaceAll('# Invariants', '# Notes') }), /By the type/);
  });

  it('takes a demand that says more than a known one as a whole', () => {
    const demand = 'TODO: show that `at` is valid for writes of `len` bytes, as `Watch::fill` demands.';
    assert.equal(wordsOf('fill'), demand);
    assert.equal(wordsOf('by_path'), demand);
    assert.match(wordsOf('sleep'), /TODO: show that the mmap lock is not held, as `Watch::sleep` demands\.$/);
    assert.doesNotMatch(wordsOf('sleep'), /took the mmap read lock/);
  });

  it('knows nothing where the file is missing or says nothing', () => {
    assert.match(wordsOf('silent'), /TODO: show that the requirements of `Watch::silent` are met/);
    assert.match(wordsOf('count', {}), /TODO: show that the requirements of `Watch::count` are met/);
  });

  it('claims nothing that the files do not show, whatever lines they lose', () => {
    const without = (text: string, lost: readonly number[]) =>
      text
        .split('\n')
        .filter((_, line) => !lost.includes(line))
        .join('\n');
    const some = (text: string) => fc.uniqueArray(fc.nat(text.split('\n').length - 1), { maxLength: 8 });
    fc.assert(
      fc.property(some(driver), some(watch), (here, there) => {
        const text = without(driver, here);
        const others = { [WATCH]: without(watch, there) };
        const file = open(text, others);
        const claims = file.sites.flatMap(site => file.compose(site)).filter(one => one.kind === 'claim');
        assert.deepEqual(unbacked(claims, text, others), []);
      }),
      { numRuns: 80, seed: 7 },
    );
  });
});

function unbacked(claims: readonly Claim[], text: string, others: Readonly<Record<string, string>>): string[] {
  return claims.flatMap(({ text: said, facts }) =>
    facts.length === 0
      ? [`${said}: rests on nothing`]
      : facts.flatMap(fact => refute(fact, text, others) ?? []).map(wrong => `${said}: ${wrong}`),
  );
}
