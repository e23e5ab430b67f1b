import assert from 'node:assert/strict';
import { parseConfiguration } from '../../server/src/workspace/configuration';

const KNOWN = new Set(['double-put', 'leaked-users']);

/** Each mistake is told with its place. */
const MISTAKES: readonly (readonly [text: string, told: string])[] = [
  ['{\n  "rules": {,}\n}', 'c.json:2:13: not valid JSON'],
  ['{ "rules": {', 'c.json:1:13: not valid JSON'],
  ['[]', 'c.json: the configuration must be an object, such as {"rules": {}}'],
  ['{ "rule": {} }', 'c.json: unknown key "rule"; there are "rules", "exclude" and "api"'],
  ['{ "rules": [] }', 'c.json: "rules" must be an object, such as {"redundant-ref": "off"}'],
  ['{ "rules": { "double-pt": "off" } }', 'c.json: rules: there is no rule "double-pt"'],
  [
    '{ "rules": { "double-put": "never" } }',
    'c.json: rules: "double-put" must be one of "off", "info", "warning", "error"',
  ],
  ['{ "exclude": "x" }', 'c.json: "exclude" must be an array of patterns'],
  ['{ "exclude": ["x", 1] }', 'c.json: exclude[1] must be a string'],
  ['{ "api": {} }', 'c.json: "api" must be an array of rows'],
];

describe('mm-analyzer.json', () => {
  it('is read as it is meant', () => {
    const text = '\uFEFF{ "$schema": "x", "rules": { "double-put": "off" }, "exclude": ["/tools"], "api": [{}] }';
    assert.deepEqual(parseConfiguration(text, 'c.json', KNOWN), {
      rules: { 'double-put': 'off' },
      exclude: ['/tools'],
      api: [{}],
    });
    assert.deepEqual(parseConfiguration('{}', 'c.json', KNOWN), { rules: {}, exclude: [], api: [] });
  });

  for (const [text, told] of MISTAKES) {
    it(told, () => assert.throws(() => parseConfiguration(text, 'c.json', KNOWN), { message: told }));
  }
});
