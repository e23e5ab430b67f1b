import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { createAnalyzer, type RustTree } from '../../server/src/core';
import { withoutBodies } from '../../server/src/core/rust/crates/bodies';
import { RustModules } from '../../server/src/core/rust/crates/modules';
import { Names } from '../../server/src/core/rust/crates/names';
import { readUses } from '../../server/src/core/rust/crates/uses';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';
import { SourceReader } from '../../server/src/workspace/reading';
import { RustFiles } from '../../server/src/workspace/rust-tree';
import { treeOf } from '../support/rust-tree';

const TREE = path.join(__dirname, 'tree');
const MAIN = 'drivers/watch/watch_main.rs';

describe('declarations of other Rust files', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['rust']);
  });

  const onDisk = () => new RustFiles(TREE, new SourceReader());
  const factsOf = (file: string, others: RustTree | undefined, text = onDisk().read(file)!): Map<string, string> => {
    const place = { path: file, language: 'rust' as const, text };
    const analysis = createAnalyzer({ parser }).analyze(others ? { ...place, others } : place);
    return new Map(analysis.facts().map(({ expr, type }) => [expr, type]));
  };
  const find = (files: Readonly<Record<string, string>>, from: string, written: string): string | null => {
    const names = new Names(new RustModules(parser), treeOf(files), from, files[from]!);
    const found = names.resolve(names.own, written.split('::'));
    return found && `${found.module.path} ${found.name ?? '(module)'}`;
  };

  it('reads lists, aliases, globs and modules of other files', () => {
    const { imports, modules } = readUses(
      'use a::{self, b::{c as d, e::*,}, f};\npub(crate) use g; // use h;\n#[path = "j.rs"]\nmod i;\nmod k {\n    use l::m;\n}\n',
    );
    assert.deepEqual(
      imports.map(({ name, path: from, isPublic }) => `${isPublic ? 'pub ' : ''}${from.join('::')} as ${name}`),
      ['a as a', 'a::b::c as d', 'a::b::e as *', 'a::f as f', 'pub g as g', 'l::m as m'],
    );
    assert.deepEqual([...modules], [['i', 'j.rs']]);
  });

  it('takes aliases of other files for what they stand for, also behind aliases of the file', () => {
    const files = {
      'drivers/w/main.rs':
        'mod state;\nuse kernel::mm::Mm;\nuse state::{Counted, Kept};\ntype Mine = Kept;\nfn end(first: Kept, second: Counted<Mm>) {\n    let third: Mine = first.clone();\n    note(first, &second, third.mmap_read_lock());\n}\n',
      'drivers/w/state.rs':
        'use kernel::mm::MmWithUser;\nuse kernel::types::ARef;\npub(crate) type Kept = Counted<MmWithUser>;\npub(crate) type Counted<T> = ARef<T>;\n',
    };
    const facts = factsOf('drivers/w/main.rs', treeOf(files), files['drivers/w/main.rs']);
    assert.equal(facts.get('first'), 'ARef<MmWithUser>');
    assert.equal(facts.get('second'), 'ARef<Mm>');
    assert.equal(facts.get('third'), 'ARef<MmWithUser>');
    assert.equal(facts.get('third.mmap_read_lock()'), "MmapReadGuard<'_>");
  });

  it('gives up on aliases that lead back or grow', () => {
    const grows = [...'ABCDEFGHIJ'].map(
      (name, i, all) => `type ${name}<T> = (${all[i + 1] ?? 'Mm'}<T>, ${all[i + 1] ?? 'Mm'}<T>);\n`,
    );
    const text = `type X = Y;\ntype Y = ARef<X>;\ntype Z = Option<Z>;\n${grows.join('')}fn f(mm: &Mm, x: X, z: Z, a: A<Mm>) {\n    note(mm, x, z, a);\n}\n`;
    assert.equal(factsOf('drivers/w/main.rs', undefined, text).get('mm'), '&Mm');
  });

  it('drops the fields of structs that other files declare, behind a `Drop` of their own', () => {
    const files = {
      'drivers/w/main.rs':
        'mod state;\nuse kernel::mm::Mm;\nuse state::Session;\nfn end(session: Session) {\n    note(&session);\n}\n',
      'drivers/w/state.rs':
        'use kernel::mm::MmWithUser;\nuse kernel::types::ARef;\npub(crate) struct Inner { users: ARef<MmWithUser> }\npub(crate) struct Session { at: usize, inner: Inner }\nimpl Drop for Session {\n    fn drop(&mut self) { note(self.at); }\n}\n',
    };
    const main = 'drivers/w/main.rs';
    const place = { path: main, language: 'rust' as const, text: files[main]! };
    const hintsOf = (others?: RustTree) =>
      createAnalyzer({ parser })
        .analyze(others ? { ...place, others } : place)
        .inlayHints()
        .map(({ text }) => text);
    assert.deepEqual(hintsOf(treeOf(files)), ['Session::drop(session); mmput(session.inner.users), may sleep']);
    assert.deepEqual(hintsOf(), []);
  });

  for (const text of ['use a::{b', 'use {', 'use ::{{{}}}, x;', 'use a as;', 'use }};', `use ${'a::{'.repeat(50)};`])
    it(`takes ${JSON.stringify(text.slice(0, 20))}`, () => {
      readUses(text);
    });

  it('leaves nothing of bodies, and everything in its place', () => {
    const text =
      'fn f<const N: usize>(a: [u8; 2]) -> u8 { "}"; \'}\'; /* } */ r#"}"#; g(|| { 1 }) }\nstruct S { a: u8 }\n';
    const bare = withoutBodies(text);
    assert.equal(bare.length, text.length);
    assert.equal(bare.replace(/ +/g, ' '), 'fn f<const N: usize>(a: [u8; 2]) -> u8 { }\nstruct S { a: u8 }\n');
    assert.equal(withoutBodies('trait T { fn f(); fn g() { x } }'), 'trait T { fn f(); fn g() {   } }');
    assert.equal(withoutBodies('fn f() { "'), 'fn f() { "');
  });

  it('follows paths through files, folders, re-exports and globs', () => {
    const files = {
      'rust/kernel/lib.rs': 'pub mod a;\npub use a::b::Deep as Renamed;\n',
      'rust/kernel/a/mod.rs': 'pub mod b;\nmod c;\npub use self::b::*;\npub mod inner { pub struct Inside; }\n',
      'rust/kernel/a/b.rs': 'use super::c::Other;\npub struct Deep { at: Other }\npub unsafe fn free() {}\n',
      'rust/kernel/a/c.rs': 'pub struct Other;\n',
      'drivers/x/x.rs': 'use kernel::a::{self as alias, *};\nmod y;\nuse crate::y::Local;\n',
      'drivers/x/y.rs': 'pub struct Local;\nuse crate::Main;\nuse super::z::Sibling;\n',
      'drivers/x/z.rs': 'pub(super) struct Sibling;\nuse loops::a;\nuse a::loops;\n',
    };
    const from = (file: string) => (written: string) => find(files, file, written);
    const main = from('drivers/x/x.rs');
    assert.equal(main('Deep'), 'rust/kernel/a/b.rs Deep');
    assert.equal(main('alias::Deep'), 'rust/kernel/a/b.rs Deep');
    assert.equal(main('kernel::Renamed'), 'rust/kernel/a/b.rs Deep');
    assert.equal(main('kernel::a::b::free'), 'rust/kernel/a/b.rs free');
    assert.equal(main('kernel::a::inner::Inside'), 'rust/kernel/a/mod.rs Inside');
    assert.equal(main('kernel::a'), 'rust/kernel/a/mod.rs (module)');
    assert.equal(main('Local'), 'drivers/x/y.rs Local');
    assert.equal(main('y::Sibling'), 'drivers/x/z.rs Sibling');
    assert.equal(main('kernel::missing::Thing'), null);
    assert.equal(main('core::ptr::NonNull'), null);
    assert.equal(from('rust/kernel/a/b.rs')('Other'), 'rust/kernel/a/c.rs Other');
    assert.equal(from('rust/kernel/a/b.rs')('crate::a::Deep'), 'rust/kernel/a/b.rs Deep');
    assert.equal(from('drivers/x/z.rs')('loops::Nothing'), null);
  });

  it('reads a bounded number of files', () => {
    const many = Array.from({ length: 200 }, (_, i) => i);
    const files = {
      'drivers/x/x.rs': many.map(i => `mod m${i};\nuse m${i}::T${i};\n`).join(''),
      ...Object.fromEntries(many.map(i => [`drivers/x/m${i}.rs`, `pub struct T${i};\n`])),
    };
    const tree = treeOf(files);
    const names = new Names(new RustModules(parser), tree, 'drivers/x/x.rs', files['drivers/x/x.rs']);
    const found = many.filter(i => names.resolve(names.own, [`T${i}`]) !== null);
    assert.equal(found.length, 64);
    assert.ok(tree.asked.size <= 3 * 64 + 2, `${tree.asked.size} files`);
  });

  it('give the types of fields, methods and functions', () => {
    const facts = factsOf(MAIN, onDisk());
    assert.equal(facts.get('space'), '&Mm');
    assert.equal(facts.get('kept'), 'ARef<Mm>');
    assert.equal(facts.get('pinned'), 'ARef<MmWithUser>');
    assert.equal(facts.get('guard'), "MmapReadGuard<'_>");
    assert.equal(facts.get('users'), 'Option<&MmWithUser>');
    assert.equal(factsOf(MAIN, undefined).get('space'), undefined);
  });

  it('let a handle come into a file that names no type of one', () => {
    const text =
      'use crate::state::{current_space, State};\nfn quiet(of: &State) {\n    let it = current_space(of);\n}\n';
    const file = 'drivers/watch/quiet.rs';
    assert.equal(factsOf(file, onDisk(), text).get('it'), 'ARef<Mm>');
    assert.equal(factsOf(file, onDisk(), text.replaceAll('current_space', 'other')).size, 0);
    assert.equal(factsOf(file, undefined, text).size, 0);
  });

  it('do not replace what the file says itself', () => {
    const text = onDisk()
      .read(MAIN)!
      .replace(
        'use state::{current_space, State};',
        'struct State { watch: Other }\nstruct Other;\nimpl Other {\n    fn space(&self) -> &MmWithUser { todo!() }\n}',
      );
    assert.equal(factsOf(MAIN, onDisk(), text).get('space'), '&MmWithUser');
  });

  it('do not mix two types of one name', () => {
    const facts = factsOf(
      'drivers/x/x.rs',
      treeOf({
        'drivers/x/one.rs':
          'use super::two;\npub struct Thing;\nimpl Thing {\n    pub fn get(&self) -> &ARef<Mm> { todo!() }\n}\n',
        'drivers/x/two.rs': 'pub struct Thing;\npub fn other() -> Thing { Thing }\n',
      }),
      'mod one;\nmod two;\nuse one::Thing;\nfn f(mm: &Mm, a: &Thing) {\n    let x = a.get();\n    let y = two::other().get();\n}\n',
    );
    assert.equal(facts.get('x'), '&ARef<Mm>');
    assert.equal(facts.get('y'), undefined);
  });

  it('are taken as they are, however damaged', () => {
    const files = [
      'rust/kernel/prelude.rs',
      'rust/kernel/watch.rs',
      'rust/kernel/watch/slot.rs',
      'drivers/watch/state.rs',
    ];
    const main = onDisk().read(MAIN)!;
    const damage = fc.tuple(fc.nat(60), fc.constantFrom('{', '}', '"', '/*', '::', 'use ', 'fn ', ';', '\n', '<'));
    fc.assert(
      fc.property(fc.array(damage, { minLength: 4, maxLength: 12 }), damages => {
        const others = Object.fromEntries(
          files.map((file, i) => {
            const lines = onDisk().read(file)!.split('\n');
            for (const [line, token] of damages.slice(i)) lines.splice(line % lines.length, 1, token);
            return [file, lines.join('\n')];
          }),
        );
        const tree = treeOf(others);
        const analysis = createAnalyzer({ parser }).analyze({ path: MAIN, language: 'rust', text: main, others: tree });
        assert.ok(analysis.findings.length >= 2);
        for (let at = 0; at < main.length; at += 3) {
          analysis.hover(at);
          const found = analysis.declarationAt(at);
          assert.ok(!found || found.span.end <= others[found.file]!.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are found for methods of the table too, in the files that its rows name', () => {
    const text = 'use kernel::mm::MmWithUser;\nfn f(mm: &MmWithUser) {\n    let guard = mm.mmap_read_lock();\n}\n';
    const mm =
      "pub struct MmWithUser;\nimpl MmWithUser {\n    pub fn mmap_read_lock(&self) -> MmapReadGuard<'_> { todo!() }\n}\n";
    const others = treeOf({ 'rust/kernel/mm.rs': mm });
    const analysis = createAnalyzer({ parser }).analyze({ path: 'drivers/x/x.rs', language: 'rust', text, others });
    const at = mm.indexOf('mmap_read_lock');
    assert.deepEqual(analysis.declarationAt(text.indexOf('mmap_read_lock')), {
      file: 'rust/kernel/mm.rs',
      name: 'MmWithUser::mmap_read_lock',
      span: { start: at, end: at + 'mmap_read_lock'.length },
    });
    assert.match(analysis.hover(text.indexOf('mmap_read_lock'))!.markdown, /Declared in rust\/kernel\/mm\.rs:3/);
  });

  it('are not asked for where the file and the table know all names', () => {
    const tree = treeOf({ 'rust/kernel/mm.rs': 'pub struct Mm;\n' });
    factsOf('drivers/x/x.rs', tree, 'use kernel::mm::Mm;\nfn f(mm: &Mm) {\n    let raw = mm.as_raw();\n}\n');
    assert.deepEqual([...tree.asked], []);
  });
});
