import assert from 'node:assert/strict';
import { createAnalyzer } from '../../server/src/core/index';
import { createParser } from '../../server/src/parser/wasm';

/** A condition that is being typed has an unknown value, and so has the outcome of the function that tests it. */
const HALF_TYPED = `
static struct item *find_locked_bad(struct mm_struct *mm)
{
	if (mmap_read_unlock(mm);ready) {
		return NULL;
	}
	mmap_read_lock(mm);
	return lookup_item(mm);
}

static int use_item(struct mm_struct *mm)
{
	struct item *item = find_locked_bad(mm);

	if (!item)
		return -EINVAL;
	mmap_read_unlock(mm);
	return 0;
}
`;

describe('an unknown value in a summary', () => {
  it('is another unknown for each caller', async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    const { findings } = analyzer.analyze({ path: 'x.c', language: 'c', text: HALF_TYPED });
    assert.deepEqual(findings, []);
  });
});
