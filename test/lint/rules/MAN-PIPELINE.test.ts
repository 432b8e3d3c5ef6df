import { type PluginCase, pluginTable } from './plugin.helpers.js';

const ts = (name: string, text: string, isFound = false, file = 'pipeline.ts'): PluginCase => [name, file === 'pipeline.ts' ? { [file]: text } : { 'pipeline.ts': 'export function buildSteps() {}\n', [file]: text }, isFound ? [`${file}:null`] : []];
const py = (name: string, text: string, isFound = false): PluginCase => [name, { 'pipeline.py': text }, isFound ? ['pipeline.py:null'] : []];

pluginTable('MAN-PIPELINE', {
  ts: [
    ts('an empty file', '', true),
    ts('a comment', '// export function buildSteps() {}\n', true),
    ts('a default export', 'export default function buildSteps() { return { steps: [] }; }\n', true),
    ts('an object that has it', 'export default { buildSteps() { return { steps: [] }; } };\n', true),
    ts('a function that is not exported', 'function buildSteps() { return { steps: [] }; }\n', true),
    ts('a name of the other language', 'export function build_steps() { return { steps: [] }; }\n', true),
    ts('a type of that name', 'export type buildSteps = () => void;\nexport type { buildSteps as other };\n', true),
    ts('another name given to it', 'function buildSteps() {}\nexport { buildSteps as steps };\n', true),
    ts('everything of another file under one name', "export * as steps from './steps.js';\n", true),
    ts('a function', 'export function buildSteps() { return { steps: [] }; }\n'),
    ts('an async function', 'export async function buildSteps() { return { steps: [] }; }\n'),
    ts('a constant', 'export const buildSteps = () => ({ steps: [] });\n'),
    ts('one of several constants', 'export const a = 1, buildSteps = () => ({ steps: [] });\n'),
    ts('part of an object', 'export const { buildSteps } = make();\n'),
    ts('a list of exports', 'const buildSteps = () => ({ steps: [] });\nexport { buildSteps };\n'),
    ts('another name inside', 'const build = () => ({ steps: [] });\nexport { build as buildSteps };\n'),
    ts('an export of another file', "export { build as buildSteps } from './steps.js';\n"),
    ts('all exports of another file', "export * from './steps.js';\n"),
    ts('CommonJS', 'module.exports = { buildSteps: () => ({ steps: [] }) };\n'),
    ts('an export by assignment', 'exports.buildSteps = () => ({ steps: [] });\n'),
    ts('a pipeline further down', '', false, 'old/pipeline.ts'),
    ['a folder that is no plugin', { 'pipeline.ts': '', 'manifest.ts': 'export default 1;\n' }, []],
  ],
  py: [
    py('an empty file', '', true),
    py('another name', 'def buildsteps(extractor_request):\n    return {"steps": []}\n', true),
    py('a method', 'class P:\n    def build_steps(self):\n        return {"steps": []}\n', true),
    py('a function in a function', 'def outer():\n    def build_steps(extractor_request):\n        return {"steps": []}\n    return build_steps\n', true),
    py('a function', 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n'),
    py('an async function', 'async def build_steps(extractor_request):\n    return {"steps": []}\n'),
    py('the older name', 'def extract(extractor_request):\n    return {"steps": []}\n'),
    py('one that is imported', 'from .steps import build_steps\n'),
    py('one that is imported under its name', 'from .steps import build as build_steps\n'),
    py('everything of another file', 'from .steps import *\n'),
    py('an assignment', 'build_steps = make()\n'),
    py('one of two ways', 'try:\n    from .fast import build_steps\nexcept ImportError:\n    def build_steps(extractor_request):\n        return {"steps": []}\n'),
  ],
});
