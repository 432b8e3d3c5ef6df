import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { namingVariables, usageFailure } from '../../src/ui/usage.js';

/** An error as the parser throws it. */
function thrown(message: string, more: object = {}): Error {
  return Object.assign(new Error(`${message}\nSee more help with --help`), { oclif: {}, ...more });
}

describe('what the parser says, told as ours', () => {
  it.each<[string, string, string]>([
    ['Parsing --top \n\tExpected an integer but received: a b', '--top must be a whole number, not "a b".', 'add --help'],
    ['Parsing --top \n\tExpected an integer greater than or equal to 1 but received: -3', '--top must be a whole number of at least 1, not "-3".', 'add --help'],
    ['Parsing --port \n\tExpected an integer less than or equal to 65535 but received: 99999', '--port must be a whole number of at most 65535, not "99999".', 'add --help'],
    ['Expected --llm=fkae to be one of: fake, record, replay', '--llm cannot be "fkae".', 'Did you mean fake? It can be one of: fake, record, replay.'],
    ['Expected --llm=real to be one of: fake, record, replay', '--llm cannot be "real".', 'It can be one of: fake, record, replay.'],
    ['Expected onyx to be one of: onnx, sharp, all', '"onyx" is not one of the choices.', 'Did you mean onnx? It can be one of: onnx, sharp, all.'],
    ['Flag --format expects one of these values: json, junit', '--format needs a value.', 'It can be one of: json, junit.'],
    ['Parsing --plugin \n\tAn empty value', '--plugin is empty.', 'Give it a value or leave it out'],
    ['Flag --input expects a value', '--input needs a value.', 'add --help'],
    ['The following error occurred:\n  Missing required flag inputs', '--inputs is missing.', 'add --help'],
    ['The following error occurred:\n  --resume=true cannot also be provided when using --watch', '--watch and --resume cannot be combined.', 'add --help'],
    ['The following error occurred:\n  All of the following must be provided when using --tls-cert: --tls-key', '--tls-cert needs --tls-key too.', 'add --help'],
    ['Unexpected arguments: b, c', 'Unexpected arguments: b, c.', 'add --help'],
    ['command test:extra not found', 'Unexpected argument: extra.', 'add --help'],
  ])('%j', (said, message, next) => {
    const failure = usageFailure(thrown(said));
    expect(failure).toMatchObject({ code: 'usage', exitCode: 2, message, next: expect.stringContaining(next) });
    expect(failure?.why).toBeTruthy();
  });

  it('names the arguments that are missing, and what they are', () => {
    const args = [{ name: 'before', description: 'the run to compare with' }, { name: 'after', description: 'the run with the change' }];
    expect(usageFailure(thrown('Missing 2 required args:\nbefore  the run', { args }))?.message).toBe('BEFORE (the run to compare with) and AFTER (the run with the change) are missing.');
    expect(usageFailure(thrown('Missing 1 required arg:\nname', { args: [{ name: 'name' }] }))?.message).toBe('NAME is missing.');
  });

  it('takes an argument too many for the folder of the plugin, where there is a flag for it', () => {
    const error = thrown('Unexpected arguments: b, c', { args: ['b', 'c'], parse: { input: { flags: { plugin: {} } } } });
    expect(usageFailure(error)).toMatchObject({ message: 'Unexpected arguments: b, c.', next: "Where it is the plugin's folder, write --plugin b. What holds spaces stands in quotes." });
  });

  it('leaves what is no error of the parser alone', () => {
    expect(usageFailure(new Error('Flag --input expects a value'))).toBeNull();
  });
});

describe('a flag that was set by its variable', () => {
  const flags = { timeout: { env: 'PLUGSMITH_TIMEOUT' }, 'env-file': { env: 'PLUGSMITH_ENV_FILE', aliases: ['secrets'] }, env: { env: 'PLUGSMITH_ENV' }, input: { env: 'PLUGSMITH_INPUT', char: 'i' }, local: { env: 'PLUGSMITH_LOCAL' } };
  const env = { PLUGSMITH_TIMEOUT: 'soon', PLUGSMITH_ENV_FILE: '.env', PLUGSMITH_ENV: '', PLUGSMITH_INPUT: 'a', PLUGSMITH_LOCAL: '1' };
  it.each<[string, string[], string]>([
    ['--timeout must be a number.', [], 'PLUGSMITH_TIMEOUT must be a number.'],
    ['--timeout must be a number.', ['--timeout', 'x'], '--timeout must be a number.'],
    ['--timeout must be a number.', ['--timeout=x'], '--timeout must be a number.'],
    ['--resume and --input cannot be combined.', ['--resume'], '--resume and PLUGSMITH_INPUT cannot be combined.'],
    ['--input-format and --input', ['-i', 'a'], '--input-format and --input'],
    ['--env-file lacks a name; --env too', [], 'PLUGSMITH_ENV_FILE lacks a name; --env too'],
    ['--env-file lacks a name.', ['--secrets', 'a'], '--env-file lacks a name.'],
    ['--local is set.', ['--no-local'], '--local is set.'],
  ])('%s with %j', (message, argv, told) => {
    const failure = namingVariables(new Failure({ code: 'usage', message, why: 'w', next: 'n', details: { a: 1 }, exitCode: 3 }), flags, argv, env);
    expect(failure).toMatchObject({ code: 'usage', message: told, why: 'w', next: 'n', details: { a: 1 }, exitCode: 3 });
  });
});
