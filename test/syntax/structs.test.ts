import assert from 'node:assert/strict';
import { readStructs } from '../../server/src/core/syntax/structs';

describe('definitions of structs', () => {
  const membersOf = (text: string, struct: string) => readStructs(text).get(struct);

  it('gives the members that are structs or point to one', () => {
    const text = 'struct vm { struct mm_struct *mm; int fd; struct list_head link; const struct vm_ops *ops; };';
    assert.deepEqual(membersOf(text, 'vm'), { mm: 'mm_struct*', link: 'list_head', ops: 'vm_ops*' });
  });

  it('looks through annotations, arrays, lists of names and anonymous parts', () => {
    const text = `struct session {
      struct task_struct __rcu *task; /* struct not_this *one; */
      union { struct vm *vm, **table; struct { struct vm inner[4]; }; };
      __bpf_md_ptr(struct vm_area_struct *, vma);
    } __randomize_layout;`;
    assert.deepEqual(membersOf(text, 'session'), {
      task: 'task_struct*',
      vm: 'vm*',
      table: 'vm**',
      inner: 'vm*',
      vma: 'vm_area_struct*',
    });
  });

  it('has the members of both arms of a conditional definition', () => {
    const text = 'struct s { struct a *a; };\n#else\nstruct s { struct b *b; };';
    assert.deepEqual(membersOf(text, 's'), { a: 'a*', b: 'b*' });
  });

  it('gives up on a body without an end', () => {
    assert.equal(readStructs(`struct s { struct a *a; ${'{'.repeat(100_000)}`).size, 0);
    assert.equal(readStructs('struct s { /* ').size, 0);
  });
});
