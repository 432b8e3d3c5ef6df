/** Putting values into variables, fields and classes. */
import type { Place } from '../../rule.js';
import type { ClassFact, Pattern } from '../model.js';
import { itemTypeOf, serviceOfType, shapeOfParameter } from '../vocabulary/index.js';
import type { Machine } from './machine.js';
import { newFrame } from './path.js';
import { itemOf, readMember, writeItem, writeMember } from './members.js';
import { isBlank, join, newBox, ordinary, ranked, rankOf, unknown, type ClassValue, type Scope, type Value } from './value.js';

/** Adds what a declared type says to a value of which nothing better is known. */
export function typed(value: Value, name: string, type: string | null): Value {
  if (!isBlank(value) && (value.rank !== null || value.box || value.service || value.closures.length > 0)) return value;
  const shape = shapeOfParameter(name, type);
  if (shape) return ranked(shape.rank, { isBatch: shape.isBatch, name });
  const inner = type === null ? null : itemTypeOf(type);
  const itemService = inner === null ? null : serviceOfType(inner);
  if (itemService && itemService !== 'plain') {
    const box = newBox(0);
    box.item = { ...unknown, service: itemService, name };
    return { ...ordinary, box, name };
  }
  const service = type === null ? null : serviceOfType(type);
  if (service) return { ...value, service, name, maker: type, isKnown: service === 'plain' };
  return value;
}

const nowhere: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/**
 * How variables get a value: `declare` makes them; `enter` makes those of a turn or a call, of whose values often nothing
 * is known but what their names and types say; `assign` changes variables that exist already.
 */
export type Way = 'declare' | 'enter' | 'assign';

/** Puts a value into a pattern. */
export function bind(machine: Machine, to: Pattern, value: Value, scope: Scope, self: Value | null, way: Way): void {
  switch (to.op) {
    case 'variable': {
      const fallback = to.fallback ? machine.evaluate(to.fallback, scope, self) : unknown;
      const own = isBlank(value) ? join(value, fallback) : value;
      const known = way === 'enter' || to.type !== null ? typed(own, to.name, to.type) : own;
      const kept = { ...known, name: to.name };
      if (way === 'assign') scope.assign(to.name, kept);
      else scope.declare(to.name, kept);
      return;
    }
    case 'place': {
      if (to.target.op === 'member') writeMember(machine, machine.evaluate(to.target.of, scope, self), to.target.name, value);
      else if (to.target.op === 'item') {
        const key = machine.evaluate(to.target.key, scope, self);
        writeItem(machine, machine.evaluate(to.target.of, scope, self), value, key);
      }
      return;
    }
    case 'fields': {
      const source = typed(value, '', to.type);
      for (const field of to.fields) {
        const inner = field.name === null ? source : readMember(machine, source, field.name);
        bind(machine, field.to, inner, scope, self, way);
      }
      return;
    }
    case 'elements': {
      const rank = rankOf(value);
      if (rank === 1 && to.elements.some((one) => one.rest)) machine.draw(null);
      const frame = machine.frames()[0] ?? newFrame('function', nowhere, false);
      for (const [i, element] of to.elements.entries()) {
        // `[language, rows]`: what groups hold are rows under a key.
        const isGroup = rank === 1 && i === 1 && to.elements.length === 2;
        const inner = element.rest || isGroup ? value : { ...itemOf(machine, value, frame), varies: value.varies };
        bind(machine, element.to, inner, scope, self, way);
      }
      return;
    }
  }
}

/** What `super` is: the same object, of which methods are those of the class's base. */
export function asBase(machine: Machine, self: Value | null): Value | null {
  const base = self?.box?.cls?.base?.cls?.instance;
  if (!self?.box || !base?.box) return self;
  const inherited = [...base.box.fields].map(([name, field]) => [name, { ...field, closures: field.closures.map((one) => machine.close(one.fn, one.scope, self)) }] as const);
  return { ...self, box: { ...self.box, fields: new Map([...self.box.fields, ...inherited]) } };
}

/** Makes a class known: its methods, and what its fields and constructor say of its objects. */
export function defineClass(machine: Machine, cls: ClassFact, scope: Scope): ClassValue {
  const box = newBox(0);
  const instance: Value = { ...ordinary, box };
  const base = cls.base ? machine.evaluate(cls.base, scope, null) : null;
  const value: ClassValue = { cls, scope, base, instance, limiter: null };
  box.cls = value;
  for (const [name, inherited] of base?.cls?.instance.box?.fields ?? []) {
    // Inherited methods call those of this class.
    const closures = inherited.closures.map((one) => (one.self === base?.cls?.instance ? machine.close(one.fn, one.scope, instance) : one));
    box.fields.set(name, { ...inherited, closures });
  }
  for (const method of cls.methods) {
    const closure = machine.close(method, scope, instance);
    if (method.name !== null) box.fields.set(method.name, { ...ordinary, closures: [closure], name: method.name });
  }
  for (const field of cls.fields) {
    const start = field.value ? machine.evaluate(field.value, scope, instance) : unknown;
    const known = typed(start, field.name, field.type);
    if (!isBlank(known)) box.fields.set(field.name, { ...known, name: field.name });
  }
  // The constructor says what the fields hold, and methods read them.
  const constructor = cls.methods.find((method) => method.name === 'constructor' || method.name === '__init__');
  if (constructor) machine.enter({ fn: constructor, scope, self: instance }, [], null);
  return value;
}
