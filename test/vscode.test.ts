import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contributes, files } from '../package.json';
import api from '../syntaxes/mm-api.tmLanguage.json';
import comments from '../syntaxes/mm-comments.tmLanguage.json';

const root = path.resolve(__dirname, '..');

describe('the VS Code extension', () => {
  it('registers the commands that it contributes', () => {
    const source = readFileSync(path.join(root, 'client/src/extension.ts'), 'utf8');
    for (const { command } of contributes.commands) assert.ok(source.includes(`registerCommand('${command}'`), command);
  });

  it('ships the files that it names', () => {
    for (const { path: file } of contributes.grammars) assert.ok(existsSync(path.join(root, file)), file);
    for (const file of files) if (file !== 'dist') assert.ok(existsSync(path.join(root, file)), file);
    for (const { url } of contributes.jsonValidation) assert.ok(files.includes(url.replace('./', '')), url);
  });

  it('colours functions by what they do with an mm', () => {
    for (const [code, verb] of [
      ['mmput(mm)', 'drop'],
      ['mmdrop (mm)', 'drop'],
      ['get_task_mm(task)', 'take'],
      ['mmgrab(mm)', 'take'],
      ['mmap_read_lock_killable(mm)', 'lock'],
      ['mmap_write_unlock(mm)', 'unlock'],
      ['mmap_write_downgrade(mm)', 'unlock'],
      ['find_vma(mm, addr)', 'use'],
    ] as const) {
      assert.deepEqual(scopesOf(api, code), [`support.function.${verb}.mm-analyzer`], code);
    }
    for (const code of ['spin_lock(&lock)', 'mmput_later(mm)', 'int mmput;', 'my_mmput(mm)']) {
      assert.deepEqual(scopesOf(api, code), [], code);
    }
  });

  it('colours what comments promise', () => {
    for (const [comment, scope] of [
      ['// SAFETY: the pointer is valid', 'keyword.other.safety.mm-analyzer'],
      ['// INVARIANT: counted above', 'keyword.other.safety.mm-analyzer'],
      ['/// # Safety', 'markup.heading.safety.mm-analyzer'],
      ['//! # Invariants', 'markup.heading.safety.mm-analyzer'],
    ] as const) {
      assert.deepEqual(scopesOf(comments, comment), [scope], comment);
    }
    assert.deepEqual(scopesOf(comments, '// for SAFETY reasons: none'), []);
    // The directive has captures instead of a name.
    const allow = comments.patterns.find(({ name }) => !name)!;
    assert.equal(new RegExp(allow.match).exec('/* mm-analyzer: allow(double-put): why */')![3], 'double-put');
  });
});

function scopesOf(grammar: { patterns: readonly { name?: string; match: string }[] }, line: string): string[] {
  return grammar.patterns.flatMap(({ name, match }) => (name && new RegExp(match).test(line) ? [name] : []));
}
