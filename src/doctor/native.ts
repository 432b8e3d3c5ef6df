import { Failure } from '../errors/index.js';
import { bundle, nativeStatus, type NativeName, resolveNative, setupTarget } from '../native/index.js';
import { type DoctorContext, fail, type Finding, ok, warn } from './check.js';
import { negationModel } from './onnx.js';
import { tryProgram, whyEnded } from './program.js';

const neededBy: Record<NativeName, string> = {
  'onnxruntime-node': 'plugins with ONNX models and "plugin search" need it',
  sharp: 'only plugins that decode images need it',
};

/** Tries to load a native module, in a child process. */
export async function checkNative(name: NativeName): Promise<Finding> {
  const { state, version, reason } = await nativeStatus(name);
  const remedy = `Run: plugin setup ${setupTarget(name)}`;
  if (state === 'ok') return ok(`${name} ${version} loads`);
  if (state === 'absent') return warn(`${name} is not installed; ${neededBy[name]}.`, remedy);
  return fail(`${name} ${version} is installed but does not load: ${reason}`, remedy);
}

/** Bundles a line with esbuild, as every plugin is. */
export async function checkBundler(): Promise<Finding> {
  try {
    await bundle({ stdin: { contents: 'export {};' }, write: false, logLevel: 'silent' });
    return ok('esbuild bundles plugins');
  } catch (error) {
    if (error instanceof Failure && error.next !== undefined) return fail(error.message, error.next);
    throw error;
  }
}

const runScript = `
  const { InferenceSession, Tensor } = require(process.argv[1]);
  InferenceSession.create(Buffer.from(process.argv[2], 'base64'))
    .then((session) => session.run({ x: new Tensor('float32', [1.5], [1]) }))
    .then((result) => console.log(result.y.data[0]));`;

/** Runs a model of one node: loading alone does not show that sessions start on this processor. */
export async function checkModel({ env }: DoctorContext): Promise<Finding> {
  const path = resolveNative('onnxruntime-node');
  if (path === null) return warn('No model can run without onnxruntime-node.', 'Run: plugin setup onnx');
  const model = Buffer.from(negationModel()).toString('base64');
  const ended = await tryProgram(process.execPath, ['-e', runScript, path, model], { ...env, ORT_DISABLE_TELEMETRY: '1' }, 20_000);
  if (ended.code === 0 && ended.stdout.trim() === '-1.5') return ok('a small model runs and computes the right value');
  const what = ended.code === 0 ? `it computed ${ended.stdout.trim()} instead of -1.5` : whyEnded(ended);
  return fail(`A small model does not run: ${what}`, 'Run: plugin setup onnx. If that does not help, this processor or system is not supported by onnxruntime.');
}
