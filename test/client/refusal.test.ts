import { describe, expect, test } from 'vitest';
import { readError, refusalOf, violationsOf, waitOf, withFaults } from '../../src/client/refusal.js';

const answer = (status: number, json: unknown, text = JSON.stringify(json) ?? '', retryAfter: string | null = null) =>
  refusalOf({ status, json, text, retryAfter, request: 'GET /v1/x' });

describe('the three forms of an error', () => {
  test.each([
    ['envelope', { success: false, status: 404, error: { message: 'No.', type: 'NotFoundError' } }, { message: 'No.', type: 'NotFoundError', details: null, violations: [] }],
    ['text', { detail: 'Plugin not found: x' }, { message: 'Plugin not found: x', type: null, details: null, violations: [] }],
    ['object', { detail: { message: 'No.', type: 'BadRequestError', details: { a: 1 } } }, { message: 'No.', type: 'BadRequestError', details: { a: 1 }, violations: [] }],
    ['list', { detail: [{ loc: ['body', 'name'], msg: 'Field required', type: 'missing' }] }, { message: 'The request is not valid.', type: 'ValidationError', details: null, violations: ['body.name: Field required'] }],
    ['envelope with faults', { error: { message: 'Bad.', type: 'ValidationError', details: { validation_errors: [{ type: 'missing', location: 'body.name', message: 'required' }] } } }, { message: 'Bad.', type: 'ValidationError', details: { validation_errors: [{ type: 'missing', location: 'body.name', message: 'required' }] }, violations: ['body.name: required'] }],
    ['text as error', { error: 'No.' }, { message: 'No.', type: null, details: null, violations: [] }],
    ['no message', { error: { message: '' } }, { message: 'The host gives no reason.', type: null, details: null, violations: [] }],
  ])('%s', (_name, body, told) => expect(readError(body)).toEqual(told));

  test.each([[undefined], [null], ['text'], [[]], [{}], [{ detail: 3 }]])('%j is none', (body) => expect(readError(body)).toBeNull());
});

test('faults are lines, whether they come as text or as objects', () => {
  expect(violationsOf(['a.py:1:2: no', { file: 'b.py', line: 3, message: 'no' }, { file: 'b.py', line: 3, column: 7, message: 'no' }, { message: 'no' }, 5])).toEqual(['a.py:1:2: no', 'b.py:3: no', 'b.py:3:7: no', 'no', '5']);
  expect(violationsOf(null)).toEqual([]);
});

test('a fault that the message says already is not told twice', () => {
  expect(withFaults('It was refused: a.py:1: no', ['a.py:1: no'])).toBe('It was refused: a.py:1: no');
  expect(withFaults('It was refused.', ['a.py:1: no', 'b.py:2: no'])).toBe('It was refused.\na.py:1: no\nb.py:2: no');
});

test.each([
  [401, { detail: 'x' }, 'unauthorized'],
  [403, { detail: 'x' }, 'forbidden'],
  [403, { error: { message: 'x', type: 'QuotaExceededError' } }, 'quota-exceeded'],
  [403, { detail: { message: 'x', details: { current_count: 10, max_allowed: 10 } } }, 'quota-exceeded'],
  [404, { detail: 'x' }, 'not-found'],
  [409, { detail: 'x' }, 'conflict'],
  [422, { detail: [] }, 'refused'],
  [429, { detail: 'x' }, 'rate-limited'],
  [500, undefined, 'host-failed'],
  [507, { error: { message: 'x' } }, 'host-full'],
])('%i %j is %s', (status, body, code) => {
  expect(answer(status, body)).toMatchObject({ code, exitCode: 3, status });
});

test.each([['GET /v1/namespaces/n/plugins/x', 'plugin list'], ['DELETE /v1/organizations/secrets/x', 'plugin secrets list']])('what %s did not find is looked for with %s', (request, command) => {
  const refusal = refusalOf({ status: 404, json: { detail: 'not found: x' }, text: '', retryAfter: null, request });
  expect(refusal.next).toBe(`See what there is: ${command}`);
});

test('a quota is told with its numbers', () => {
  expect(answer(403, { detail: { message: 'Quota exceeded.', details: { current_count: 10, max_allowed: 10 } } }).message).toBe('Quota exceeded. (10 of 10 used)');
});

test("Cloudflare's page is told as such, whatever the status", () => {
  expect(answer(403, undefined, '<html><title>Access denied | error 1010</title>')).toMatchObject({ code: 'blocked' });
});

test.each([
  [405, { detail: 'Method Not Allowed' }, true],
  [404, undefined, true],
  [404, { detail: 'Not Found' }, true],
  [404, { detail: 'Plugin not found: x' }, false],
  [404, { error: { message: 'Not found', type: 'NotFoundError' } }, false],
  [500, undefined, false],
])('%i %j: strange is %s', (status, body, strange) => expect(answer(status, body).strange).toBe(strange));

test.each([['3', 3000], ['0', 0], ['-5', 0], ['Thu, 01 Jan 1970 00:00:10 GMT', 10_000], ['soon', null], ['', null], [null, null]])('Retry-After %j', (header, ms) => expect(waitOf(header, 0)).toBe(ms));
