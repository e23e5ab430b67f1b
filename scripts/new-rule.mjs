// `npm run new-rule -- ID` writes the skeleton of a rule and of its fixture, and registers it.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const id = process.argv[2];
if (!/^[a-z]+(-[a-z]+)+$/.test(id ?? ''))
  fail('usage: npm run new-rule -- ID, where ID names the defect in kebab case');

const name = id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const stem = id.replaceAll('-', '_');
create(
  `server/src/core/rules/${id}.ts`,
  `import type { Rule } from './rule';

export const ${name}: Rule = {
  id: '${id}',
  severity: 'warning',
  languages: ['c'],
  summary: 'one line that says what is wrong',
  why: 'A paragraph that says why it is a defect, in kernel terms.',

  *check(judged) {
    for (const event of judged.events) {
      if (event.kind !== 'acquire' || event.resource !== 'users') continue;
      yield { span: event.at.span, message: 'what is wrong first', trail: [], fixes: [], subject: event.of.symbol };
    }
  },
};
`,
);
create(
  `test/rules/${id}.c`,
  `// What must hold, in one sentence.

static void ${stem}_bad(struct mm_struct *mm)
{
	mmget(mm); //~ WARN ${id}: what is wrong first
	mmput(mm);
}

static void ${stem}_ok(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
}
`,
);
console.log(`now: npm run generate && npx mocha test/fixtures.test.ts -g ${id}`);

function create(file, text) {
  const full = path.join(root, file);
  if (existsSync(full)) fail(`${file} exists already`);
  writeFileSync(full, text);
  console.log(`wrote ${file}`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
