/** Walking Babel trees: nodes in their places, scopes and bindings. */
export { babelVisitor, loadBabelVisitor } from './babel.js';
export { entriesOf, type Handler, type Handlers } from './handlers.js';
export { isClass, isFunction, isInside, type Binding, type Path, type Scope } from './path.js';
export { isReferenced } from './referenced.js';
export { scopeInside } from './scopes.js';
export { visitTree } from './visit.js';
