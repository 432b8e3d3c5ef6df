/** pydantic models as schemas of a manifest.py. */
import { describe, expect, it } from 'vitest';
import { loadPython } from '../../../src/lint/python/index.js';
import { readPythonManifest } from '../../../src/lint/rules/man/python/read.js';
import { UNKNOWN, isTreeObject } from '../../../src/manifest/index.js';
import { allows, four, plugin, refuses } from './MAN-PY.helpers.js';

const parser = await loadPython();
const head = ['from typing import *', 'import typing', 'import typing as t', 'import pydantic', 'from pydantic import BaseModel, Field', 'from typing_extensions import Annotated'];

/** The schema of a class with these lines in its body. */
function schemaOf(...body: string[]): unknown {
  const text = plugin(...head, 'class Part(BaseModel):', '    n: int', 'class Out(BaseModel):', ...body.map((line) => `    ${line}`), 'output_schema = Out');
  const { value } = readPythonManifest(parser.parse(text));
  return isTreeObject(value) ? value['output_schema'] : value;
}

const part = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const fields: [line: string, schema: unknown, required?: boolean][] = [
  ['f: str', { type: 'string' }],
  ['f: int', { type: 'integer' }],
  ['f: float', { type: 'number' }],
  ['f: bool', { type: 'boolean' }],
  ['f: Any', {}],
  ['f: list', { type: 'array', items: {} }],
  ['f: List[float]', { type: 'array', items: { type: 'number' } }],
  ['f: list[int]', { type: 'array', items: { type: 'integer' } }],
  ['f: typing.List[str]', { type: 'array', items: { type: 'string' } }],
  ['f: t.List[List[float]]', { type: 'array', items: { type: 'array', items: { type: 'number' } } }],
  ['f: tuple[float, ...]', { type: 'array', items: { type: 'number' } }],
  ['f: dict', { type: 'object' }],
  ['f: Dict[str, float]', { type: 'object', additionalProperties: { type: 'number' } }],
  ['f: Optional[str]', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['f: str | None = None', { anyOf: [{ type: 'string' }, { type: 'null' }], default: null }, false],
  ['f: Union[int, str]', { anyOf: [{ type: 'integer' }, { type: 'string' }] }],
  ['f: Literal["a", "b"] = "a"', { type: 'string', enum: ['a', 'b'], default: 'a' }, false],
  ['f: Literal[1, -2]', { enum: [1, -2] }],
  ['f: Part', part],
  ['f: List[Part]', { type: 'array', items: part }],
  ['f: str = "x"', { type: 'string', default: 'x' }, false],
  ['f: str = ...', { type: 'string' }],
  ['f: str = make()', { type: 'string' }, false],
  ['f: str = Field(...)', { type: 'string' }],
  ['f: str = Field("x")', { type: 'string', default: 'x' }, false],
  ['f: float = Field(default=0.5, ge=0, lt=1)', { type: 'number', default: 0.5, minimum: 0, exclusiveMaximum: 1 }, false],
  ['f: float = pydantic.Field(gt=0, le=1)', { type: 'number', exclusiveMinimum: 0, maximum: 1 }],
  ['f: str = Field(..., min_length=1, max_length=9, description="d")', { type: 'string', minLength: 1, maxLength: 9, description: 'd' }],
  ['f: List[float] = Field(..., min_length=3, max_length=3)', { type: 'array', items: { type: 'number' }, minItems: 3, maxItems: 3 }],
  ['f: List[float] = Field(default_factory=list)', { type: 'array', items: { type: 'number' } }, false],
  ['f: Optional[List[float]] = Field(None, max_length=3)', { anyOf: [{ type: 'array', items: { type: 'number' }, maxItems: 3 }, { type: 'null' }], default: null }, false],
  ['f: Annotated[int, Field(ge=1)] = 2', { type: 'integer', minimum: 1, default: 2 }, false],
  ['f: "Part"', UNKNOWN],
  ['f: np.ndarray', UNKNOWN],
  ['f: List[Thing]', { type: 'array', items: UNKNOWN }],
];

it.each(fields)('%s', (line, schema, required = true) => {
  expect(schemaOf(line)).toEqual({ type: 'object', properties: { f: schema }, ...(required ? { required: ['f'] } : {}) });
});

it('leaves out what is no field', () => {
  expect(schemaOf('"""About it."""', 'model_config = {"extra": "forbid"}', 'LIMIT: ClassVar[int] = 3', '_cache: dict = {}', 'f: int', 'def g(self): return 1', '@field_validator("f")', 'def h(cls, v): return v')).toEqual({
    type: 'object', properties: { f: { type: 'integer' } }, required: ['f'],
  });
});

describe('models', () => {
  const use = (name: string, ...lines: string[]) => plugin(...head, ...lines, `features = [{${four}}]`, `output_schema = ${name}`);
  allows({
    'a model with the feature': use('Out', 'class Out(BaseModel):', '    my_embedding: List[float]'),
    'one of its own parents': use('Out', 'class Base(BaseModel):', '    my_embedding: List[float]', 'class Out(Base):', '    label: str'),
    'a call of model_json_schema': use('Out.model_json_schema()', 'class Out(BaseModel):', '    my_embedding: List[float]'),
    'a class of something else': use('Out', 'class Out(Thing):', '    label: str'),
    'a class that is no model': use('Out', 'class Out:', '    label: str'),
    'a base that is imported': use('Out', 'from .base import Base', 'class Out(Base):', '    label: str'),
    'fields under other names': use('Out', 'class Out(BaseModel):', '    vector: List[float] = Field(alias="my_embedding")'),
    'generated names': use('Out', 'class Out(BaseModel):', '    model_config = {"alias_generator": f}', '    label: str'),
    'fields under a condition': use('Out', 'class Out(BaseModel):', '    label: str', '    if True:', '        my_embedding: List[float]'),
    'unknown arguments': use('Out', 'class Out(BaseModel):', '    my_embedding: List[float] = Field(**options)'),
    'a model of its own name': plugin('class BaseModel: pass', 'class Out(BaseModel):', '    label: str', `features = [{${four}}]`, 'output_schema = Out'),
  });
  refuses({
    'a model without the feature': [use('Out', 'class Out(BaseModel):', '    label: str'), ['MAN-OUTPUT-FEATURE 11:59']],
    'another length': [use('Out', 'class Out(BaseModel):', '    my_embedding: List[float] = Field(..., min_length=3, max_length=3)'), ['MAN-OUTPUT-SCHEMA 10:19']],
    'a vector that is no feature': [plugin(...head, 'class Out(pydantic.BaseModel):', '    v: List[float] = Field(..., min_length=64, max_length=64)', 'output_schema = Out'), ['MAN-OUTPUT-VECTOR 10:5']],
    'an input without a required key': [plugin(...head, 'class In(BaseModel):', '    text: str = ""', 'input_schema = In'), ['MAN-INPUT-SCHEMA 11:16']],
    'a model in metadata': [`from pydantic import BaseModel as B\nclass In(B):\n    text: str = ""\nmetadata = {"feature_extractor_name": "abc", "version": "1.0.0", "input_schema": In}\n`, ['MAN-INPUT-SCHEMA 4:82']],
  });
});
