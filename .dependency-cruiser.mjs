// Who may import whom. Each folder under src/ is a room with one door; docs/architecture.md says why.
// A new room, or a new way between two rooms, is one line in this table.

/** Room: the rooms it may import, besides the leaves `errors`, `native` and `files`, which anyone may. */
const rooms = {
  errors: [],
  native: [],
  files: [],
  sdk: [],
  protocol: [],
  search: [],
  manifest: ['sdk'],
  archive: ['manifest'],
  lint: ['manifest'],
  scaffold: ['manifest'],
  doctor: [],
  worker: ['sdk', 'protocol', 'manifest'],
  runtime: ['protocol', 'manifest', 'archive', 'search'],
  client: [],
  ui: [],
  host: ['runtime', 'archive', 'lint', 'search', 'manifest'],
  commands: ['archive', 'client', 'doctor', 'host', 'lint', 'manifest', 'runtime', 'scaffold', 'search', 'ui'],
};

/** Leaves: they import nothing of ours, except that `native` fails with the errors of `errors` and makes its folder with `files`. */
const leaves = ['errors', 'native', 'files'];
/** What plugin code imports loads nothing of ours, not even the leaves. */
const bare = ['errors', 'sdk'];
/** Doors are `index.ts`; `sdk` has three more, `manifest`, `protocol`, `lint` and `runtime` a light one, and the wish of a room to use one has to be named. */
const doors = { sdk: { worker: ['index', 'runtime'], manifest: ['manifest'] }, manifest: { runtime: ['index', 'fields'] }, protocol: { runtime: ['index', 'wire'] }, lint: { commands: ['index', 'quick'] }, runtime: { commands: ['index', 'quick'] } };

/** Cycles of types only, which leave no trace in the running program. */
const typeCycles = [
  // The interfaces Engine, Source and Format stand in the index that also chooses between what implements them.
  '^src/runtime/(?:engines|sinks|sources)/',
  // The walk over a function calls its parts, and hands itself over to them as a parameter.
  '^src/lint/facts/trace/',
  '^src/manifest/static/',
];
/** Functions that really call each other and are too long for one file. */
const recursive = [
  // The value of a name is the value of what it is bound to, which may hold names.
  '^src/lint/rules/sec/trace/(?:bindings|classes|evaluate|parameters|this|uses)\\.ts$',
  // An expression holds calls, a call holds arguments, and those are expressions.
  '^src/lint/facts/python/',
  '^src/lint/rules/sec-py/',
];

const names = Object.keys(rooms);
const any = (list) => `(?:${list.join('|')})`;

function doorsFor(room, from) {
  return `^src/${room}/${any(doors[room]?.[from] ?? ['index'])}\\.ts$`;
}

function roomRule(room) {
  const open = [...rooms[room], ...(bare.includes(room) ? [] : leaves)].filter((other) => other !== room);
  if (room === 'native') open.splice(0, open.length, 'errors', 'files');
  return {
    name: `room-${room}`,
    comment: open.length === 0 ? `${room} imports nothing of ours.` : `${room} may import the doors of: ${open.join(', ')}.`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^(?:src|bin|test|scripts|bench)/', pathNot: [`^src/${room}/`, ...open.map((other) => doorsFor(other, room))] },
  };
}

export default {
  forbidden: [
    ...names.map(roomRule),
    {
      name: 'entry',
      comment: 'main.ts shows errors and starts commands by name; everything else is for the commands.',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/errors/index\\.ts$', '^src/ui/index\\.ts$'] },
    },
    {
      name: 'unknown-room',
      comment: 'A folder under src/ that the table in .dependency-cruiser.mjs does not know: add its line.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: ['^src/main\\.ts$', `^src/${any(names)}/`] },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: { pathNot: recursive },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-type-cycle',
      comment: 'Files whose types need each other belong together; where they stand apart for a reason, the table typeCycles says it.',
      severity: 'error',
      from: { pathNot: [...recursive, ...typeCycles] },
      to: { circular: true },
    },
    {
      name: 'manifest-is-light',
      comment: 'plugsmith/manifest loads zod and nothing else: neither Arrow nor native code nor other rooms.',
      severity: 'error',
      from: { path: '^src/sdk/manifest\\.ts$' },
      to: { pathNot: '^node_modules/zod/' },
    },
    {
      name: 'native-only-in-native',
      comment: 'Optional packages with native code may be absent: only the room native loads them. Types may be used.',
      severity: 'error',
      // models/onnx.ts names the type of the whole module, typeof import('onnxruntime-node').
      from: { path: '^src/', pathNot: ['^src/native/', '^src/worker/models/onnx\\.ts$'] },
      to: { path: '^node_modules/(?:onnxruntime-node|sharp)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tools-in-product',
      comment: 'Tools that build and test Plugsmith are not part of it. (Libraries are devDependencies too, because they are bundled.)',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^node_modules/(?:typescript|vitest|oxlint|dependency-cruiser)/' },
    },
    {
      name: 'resolvable',
      comment: 'Everything imported exists and is named in package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'A package that package.json does not name may be gone tomorrow.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'deprecated'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    preserveSymlinks: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
};
