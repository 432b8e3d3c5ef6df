/** Reading Python: the parser, its tree, and what is checked of the plain text. */
export { loadPython, pythonParser, type PythonParser } from './parser.js';
export { PythonNode, type PythonComment, type Tree } from './tree.js';
