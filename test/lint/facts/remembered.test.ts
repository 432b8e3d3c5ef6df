import { expect, it } from 'vitest';
import { effectOfFunction, serviceOfMaker, serviceOfName } from '../../../src/lint/facts/vocabulary/index.js';

it('keeps answers apart by name and by module', () => {
  for (let i = 0; i < 2; i++) {
    expect([serviceOfMaker('Client'), serviceOfMaker('Client', 'pg'), serviceOfMaker('Client', './pg')]).toEqual(['api', 'io', 'api']);
    expect([effectOfFunction('get', null), effectOfFunction('get', 'https'), effectOfFunction('get', '')]).toEqual([null, { effect: 'api', certain: true }, null]);
    expect([serviceOfName('model'), serviceOfName('models'), serviceOfName('total')]).toEqual(['model', 'model', null]);
  }
});

it('gives right answers however many names there are', () => {
  for (let i = 0; i < 25_000; i++) if (serviceOfName(`total${i}`) !== null || serviceOfName(`m${i}Model`) !== 'model') throw new Error(String(i));
  expect(serviceOfName('model')).toBe('model');
});
