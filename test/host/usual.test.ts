/** The quick look at the body of a realtime call lets nothing through that the schema would refuse or change. */
import { assert, dictionary, jsonValue, oneof, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { inference, isUsual } from '../../src/host/http/routes/deployments-realtime.js';

const usual = { inference_name: 'my_extractor', inputs: { text: 'x', __proto: 1 } };

test.each([
  ['a name and inputs', usual],
  ['parameters', { ...usual, parameters: { threshold: 0.5 } }],
  ['no inputs to speak of', { inference_name: 'a', inputs: {} }],
])('is enough for %s', (_, body) => {
  expect(isUsual(body)).toBe(true);
  expect(inference.parse(body)).toEqual(body);
});

test.each([
  ['nothing', undefined], ['null', null], ['a list', [usual]], ['a text', 'x'], ['no name', { inputs: {} }], ['no inputs', { inference_name: 'a' }],
  ['a name that is too long', { ...usual, inference_name: 'a'.repeat(201) }], ['a list of inputs', { inference_name: 'a', inputs: [] }], ['inputs that are null', { inference_name: 'a', inputs: null }],
  ['parameters that are null', { ...usual, parameters: null }], ['another key', { ...usual, colour: 'blue' }], ['a time-out', { ...usual, timeout_seconds: 3 }],
  ['parameters and another key', { ...usual, parameters: {}, model: 'b' }], ['a key that the schema leaves out', JSON.parse('{"inference_name": "a", "inputs": {"__proto__": 1}}')],
])('is not for %s', (_, body) => expect(isUsual(body)).toBe(false));

test('agrees with the schema on any JSON', () => {
  const object = dictionary(string(), jsonValue());
  const body = oneof(jsonValue(), record({ inference_name: oneof(string({ maxLength: 210 }), jsonValue()), inputs: oneof(object, jsonValue()), parameters: oneof(object, jsonValue()), model: jsonValue() }, { requiredKeys: [] }));
  assert(property(body, (given) => {
    const json: unknown = JSON.parse(JSON.stringify(given));
    if (isUsual(json)) expect(inference.parse(json)).toEqual(json);
  }), { numRuns: 500 });
});
