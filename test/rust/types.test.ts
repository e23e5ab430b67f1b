import assert from 'node:assert/strict';
import { parseSignatureText, parseType } from '../../server/src/core/rust/parse-type';
import { rustTable } from '../../server/src/core/rust/table';
import { newVariable, pathType, pointerTo, printType, referenceTo } from '../../server/src/core/rust/types';
import { substitute, unify } from '../../server/src/core/rust/unify';

describe('Rust types', () => {
  for (const [written, printed] of [
    ["&'a MmWithUser", '&MmWithUser'],
    ['&mut mm::virt::VmaNew', '&mut VmaNew'],
    ['*const bindings::mm_struct', '*const bindings::mm_struct'],
    ["Option<kernel::mm::MmapReadGuard<'a>>", "Option<MmapReadGuard<'_>>"],
    ['Pin<&mut Self>', 'Pin<&mut Self>'],
    ['(ARef<Mm>, usize)', '(ARef<Mm>, usize)'],
    ['(ARef<Mm>)', 'ARef<Mm>'],
    ['[u8; 16]', '[u8]'],
    ['unsafe extern "C" fn(*mut bindings::mm_struct) -> bool', 'fn(*mut bindings::mm_struct) -> bool'],
    ['impl Fn(&Mm) -> bool', 'fn(&Mm) -> bool'],
    ['<T::Ptr as ForeignOwnable>::Borrowed', 'Borrowed'],
    ['ARef<', 'ARef'],
  ] as const)
    it(`reads ${written}`, () => {
      assert.equal(printType(parseType(written)), printed);
    });

  it('reads a signature with self and lifetimes', () => {
    const { params, result } = parseSignatureText("(&'a self, addr: usize) -> Option<&'a VmaRef>");
    assert.deepEqual(
      params.map(({ name, type }) => `${name}: ${printType(type)}`),
      ['self: &Self', 'addr: usize'],
    );
    assert.equal(printType(result), 'Option<&VmaRef>');
  });

  it('knows what impl Deref leads to', () => {
    const type = parseType('impl Deref<Target = CurrentTask>');
    assert.equal(printType(rustTable().deref(type)!), 'CurrentTask');
  });

  it('infers through both sides, and leaves what differs', () => {
    const item = newVariable();
    const wanted = pathType('Option', [pathType('ARef', [pathType('Mm')])]);
    unify(pathType('Option', [item]), wanted);
    assert.equal(printType(item), 'ARef<Mm>');
    unify(item, pathType('usize'));
    assert.equal(printType(item), 'ARef<Mm>');
  });

  it('takes a reference where a pointer is wanted', () => {
    const target = newVariable();
    unify(referenceTo(pathType('Mm')), pointerTo(target, false));
    assert.equal(printType(target), 'Mm');
  });

  it('binds no variable to a type that holds it', () => {
    const variable = newVariable();
    unify(variable, pathType('Option', [variable]));
    assert.equal(printType(variable), '_');
  });

  it('replaces generics by what an owner has', () => {
    const type = parseType('Option<NonNull<T>>');
    assert.equal(printType(substitute(type, new Map([['T', pathType('Mm')]]))), 'Option<NonNull<Mm>>');
  });
});

describe('the table of the Rust API', () => {
  const items = rustTable();
  const receiver = (text: string) => parseType(text);

  for (const [type, method, result] of [
    ['ARef<MmWithUserAsync>', 'mmap_read_lock', "MmapReadGuard<'_>"],
    ['&ARef<MmWithUser>', 'as_raw', '*mut bindings::mm_struct'],
    ["VmaReadGuard<'_>", 'mm', '&MmWithUser'],
    ['Pin<&VmaMixedMap>', 'start', 'usize'],
    ['&VmAreaNew', 'set_mixedmap', '&VmAreaMixedMap'],
    ['KBox<ARef<Mm>>', 'mmget_not_zero', 'Option<ARef<MmWithUser>>'],
  ] as const)
    it(`finds ${method} on ${type}`, () => {
      const found = items.method(receiver(type), method);
      assert.equal(found && printType(substitute(found.item.result, found.generics)), result);
    });

  it('finds no method of MmWithUser on what has no users', () => {
    assert.equal(items.method(receiver('ARef<Mm>'), 'mmap_read_lock'), null);
    assert.deepEqual(
      items.typesOver('Mm').map(({ name }) => name),
      ['MmWithUser', 'MmWithUserAsync'],
    );
  });
});
