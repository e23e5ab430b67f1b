import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ANY } from '../../server/src/core/ir/ir';
import apiSchema from '../../server/src/core/knowledge/api.schema.json';
import { compareNames, GROUPS, loadTable } from '../../server/src/core/knowledge/load';
import { RETURNS } from '../../server/src/core/knowledge/row';
import { validateSchema } from '../../server/src/core/knowledge/schema';
import { parseSentence, printSentence } from '../../server/src/core/knowledge/sentence';
import { summariseRow } from '../../server/src/core/knowledge/summarise';
import type { Outcome, Summary } from '../../server/src/core/typestate/summary';

const rows = Object.values(GROUPS).flat();

describe('the knowledge table', () => {
  it('conforms to its published schema, which knows every kind of result', () => {
    for (const [group, list] of Object.entries(GROUPS)) assert.deepEqual(validateSchema(apiSchema, list), [], group);
    assert.deepEqual(apiSchema.items.properties.returns.enum, Object.keys(RETURNS));
  });

  it('has each function once, sorted, one line of JSON a row', () => {
    for (const [group, list] of Object.entries(GROUPS)) {
      const names = list.map(row => row.name);
      assert.deepEqual(names, [...names].sort(compareNames), group);
      const file = path.join(__dirname, '../../server/src/core/knowledge/rows', `${group}.json`);
      const lines = readFileSync(file, 'utf8').split('\n').slice(1, -2);
      assert.deepEqual(
        lines.map(line => (JSON.parse(line.replace(/,$/, '')) as { name: string }).name),
        names,
        group,
      );
    }
    assert.equal(new Set(rows.map(row => row.name)).size, rows.length);
  });

  it('has only sentences that read back as they were written', () => {
    for (const row of rows) {
      for (const text of row.effects) {
        const parsed = parseSentence(text);
        assert.ok('sentence' in parsed, `${row.name}: ${JSON.stringify(parsed)}`);
        assert.equal(printSentence(parsed.sentence), text, row.name);
      }
    }
  });

  it('gives every row outcomes that cover each result and exclude each other', () => {
    for (const row of rows) {
      const made = summariseRow(row);
      assert.ok('summary' in made, `${row.name}: ${JSON.stringify(made)}`);
      const { outcomes, determinate } = made.summary;
      const results = outcomes.reduce((mask, outcome) => mask | outcome.result, 0);
      assert.equal(results, RETURNS[row.returns].mask, `${row.name}: every result belongs to an outcome`);
      assert.ok(determinate, `${row.name}: outcomes with different effects can be told apart`);
      outcomes.forEach((one, i) => {
        for (const other of outcomes.slice(i + 1))
          assert.ok(excludes(one, other), `${row.name}: ${JSON.stringify([one, other])}`);
      });
    }
  });

  it('names every parameter that its sentences use', () => {
    for (const row of rows) {
      const used = row.effects.flatMap(text => [...text.matchAll(/\barg(\d+)/g)].map(match => Number(match[1])));
      assert.ok(
        used.every(index => row.params?.[index] !== undefined),
        row.name,
      );
    }
  });

  it('pairs what enters an atomic section with what leaves it', () => {
    const verbs = new Set(rows.flatMap(row => row.effects.flatMap(text => /^(enters|leaves) /.exec(text)?.[1] ?? [])));
    assert.deepEqual([...verbs].sort(), ['enters', 'leaves']);
    for (const name of ['spin_lock', 'rcu_read_lock', 'preempt_disable', 'task_lock'] as const) {
      const enter = loadTable().lookup(name)?.outcomes[0]?.effects;
      const leave = loadTable().lookup(name.replace(/lock$/, 'unlock').replace('disable', 'enable'))?.outcomes[0]
        ?.effects;
      assert.deepEqual(
        leave,
        enter?.map(effect => (effect.kind === 'atomic' ? { ...effect, delta: -effect.delta } : effect)),
        name,
      );
    }
  });

  it('tells by their words what sentences mean', () => {
    const { rows, lookup, ...told } = loadTable();
    const by = (isWanted: (summary: Summary) => boolean) =>
      rows.map(({ name }) => name).filter(name => isWanted(lookup(name)!));
    const matters = ({ demands, tests, outcomes }: Summary) =>
      demands.some(({ verb }) => verb === 'needs') ||
      tests !== undefined ||
      outcomes.some(
        ({ stores, effects }) =>
          stores.some(({ value }) => value.kind !== 'unknown') ||
          effects.some(effect => effect.kind !== 'atomic' || effect.pinning !== undefined),
      );
    assert.deepEqual([...told.names].sort(compareNames), by(matters));
    const forbids = (summary: Summary) => !matters(summary) && summary.demands.some(({ verb }) => verb === 'forbids');
    assert.deepEqual([...told.forbidding].sort(compareNames), by(forbids));
    assert.deepEqual(
      [...told.freeing].sort(compareNames),
      by(({ frees }) => frees !== undefined),
    );
  });

  it('knows which functions have to do with an mm at all', () => {
    const { names, forbidding } = loadTable();
    for (const name of ['mmput', 'find_vma', 'ksm_test_exit', 'task_lock', 'free_bprm'])
      assert.ok(names.has(name), name);
    for (const name of ['spin_lock', 'copy_from_user', 'copy_to_user', 'panic', 'mmu_notifier_synchronize'])
      assert.ok(!names.has(name), name);
    assert.deepEqual(
      ['copy_from_user', 'copy_to_user', 'spin_lock', 'find_vma'].filter(name => forbidding.has(name)),
      ['copy_from_user', 'copy_to_user'],
    );
  });
});

/** Two outcomes of one call cannot both happen: by the result, by a condition, or by what is stored. */
function excludes(one: Outcome, other: Outcome): boolean {
  if ((one.result & other.result) === 0) return true;
  const key = (of: unknown) => JSON.stringify(of);
  const conditions = (outcome: Outcome) => [...outcome.when, ...outcome.implies];
  if (conditions(one).some(a => conditions(other).some(b => key(a.of) === key(b.of) && (a.mask & b.mask & ANY) === 0)))
    return true;
  return key(one.stores) !== key(other.stores);
}
