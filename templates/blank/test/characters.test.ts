import assert from 'node:assert/strict';
import test from 'node:test';
import { runProcessor } from 'plugsmith/testing';
import { Counter } from '../processors/core.ts';

test('characters are counted, also those outside of the alphabet', async () => {
  const rows = await runProcessor(new Counter(), [{ data: 'four' }, { data: '' }, { data: null }, { data: 'naïve 🙂' }]);
  assert.deepEqual(rows.map((row) => row['characters']), [4, 0, 0, 7]);
});
