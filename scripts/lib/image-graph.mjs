/**
 * The graph of the example image model: which colours a picture has and where, which way its edges run and where.
 * Nothing in it was trained; every weight follows from the tables and formulas below.
 */

/** Width and height of the pictures that the model takes. */
const SIZE = 64;
/** Colours of the palette x (the whole picture and four quarters) + directions x (the whole and sixteen parts). */
const DIM = 24 * 5 + 8 * 17;

/** How sharply a pixel chooses between neighbouring colours of the palette. */
const SOFTNESS = 0.03;
/** Grey counts less than colour: most pictures have some of it, and mostly behind what they show. */
const GREY_WEIGHT = 0.35;
const PALE_WEIGHT = 0.6;
/** How much colours count against edges, and the whole picture against its parts. */
const COLOUR_WEIGHT = 1;
const EDGE_WEIGHT = 1.2;
const WHOLE_WEIGHT = 2;

const DIRECTIONS = 8;
/** A direction counts at a pixel where it is stronger than this share of the strongest one there. */
const OUTSTANDING = 0.6;
/** Side of an edge filter, in pixels. */
const FILTER = 9;

/** @param {number} hue degrees @returns {number[]} red, green and blue, 0 to 1 */
function hsv(hue, saturation, value) {
  const part = (n) => {
    const k = (n + hue / 60) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [part(5), part(3), part(1)];
}

/** 12 strong hues, 6 dark ones, 2 pale ones and 4 greys. */
const PALETTE = [
  ...Array.from({ length: 12 }, (_, i) => ({ rgb: hsv(i * 30, 0.85, 0.9), weight: 1 })),
  ...Array.from({ length: 6 }, (_, i) => ({ rgb: hsv(i * 60, 0.85, 0.4), weight: 1 })),
  ...[40, 210].map((hue) => ({ rgb: hsv(hue, 0.2, 0.95), weight: PALE_WEIGHT })),
  ...[0.03, 0.35, 0.68, 0.98].map((value) => ({ rgb: [value, value, value], weight: GREY_WEIGHT })),
];

/** Lightness, red against green, yellow against blue: distances here are nearer to what an eye sees than in RGB. */
const OPPONENT = [
  [0.25, 0.35, 0.1],
  [0.8, -0.8, 0],
  [0.4, 0.4, -0.8],
];

const opponent = (rgb) => OPPONENT.map((row) => row.reduce((sum, factor, i) => sum + factor * rgb[i], 0));

/**
 * The palette as one 1x1 convolution. The nearest colour c of a pixel x has the largest 2cx - cc, since xx is the same
 * for all, so the softmax of that shares the pixel out among the colours near to it.
 */
function paletteFilters() {
  const weights = new Float32Array(PALETTE.length * 3);
  const bias = new Float32Array(PALETTE.length);
  PALETTE.forEach(({ rgb }, colour) => {
    const centre = opponent(rgb);
    for (let channel = 0; channel < 3; channel++) {
      weights[colour * 3 + channel] = centre.reduce((sum, value, i) => sum + 2 * value * OPPONENT[i][channel], 0) / SOFTNESS;
    }
    bias[colour] = -centre.reduce((sum, value) => sum + value * value, 0) / SOFTNESS;
  });
  return { weights, bias };
}

/** Gabor filters: a wave across one direction under a long bell. Uneven ones, so that an even surface gives nothing. */
function edgeFilters() {
  const weights = new Float32Array(3 * DIRECTIONS * FILTER * FILTER);
  const middle = (FILTER - 1) / 2;
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const angle = (direction * Math.PI) / DIRECTIONS;
    const filter = [];
    for (let y = -middle; y <= middle; y++) {
      for (let x = -middle; x <= middle; x++) {
        const across = x * Math.cos(angle) + y * Math.sin(angle);
        const along = y * Math.cos(angle) - x * Math.sin(angle);
        filter.push(Math.exp(-(across * across) / 5 - (along * along) / 14) * Math.sin((across * Math.PI) / 5));
      }
    }
    const size = filter.reduce((sum, value) => sum + Math.abs(value), 0);
    for (let channel = 0; channel < 3; channel++) {
      weights.set(filter.map((value) => value / size), (channel * DIRECTIONS + direction) * FILTER * FILTER);
    }
  }
  return weights;
}

const float = (name, shape, data) => ({ name, type: 'float32', shape, data: Float32Array.from(data) });
const shapeOf = (name, ...dims) => ({ name, type: 'int64', shape: [dims.length], data: BigInt64Array.from(dims, BigInt) });

/** Brings `from` to length 1; a part that is zero stays zero. */
function unit(from, to) {
  return [
    { op: 'ReduceL2', inputs: [from], outputs: [`${from}_length`], attributes: { axes: [1], keepdims: 1 } },
    { op: 'Max', inputs: [`${from}_length`, 'tiny'], outputs: [`${from}_divisor`] },
    { op: 'Div', inputs: [from, `${from}_divisor`], outputs: [to] },
  ];
}

/**
 * Averages of `from` over the whole picture and over squares of `kernel` pixels, as one vector of length `to`_weight.
 * Roots of shares, not shares: so a small thing in front of a large wall is not lost.
 */
function pooled(from, to, kernel) {
  return [
    { op: 'ReduceMean', inputs: [from], outputs: [`${from}_mean`], attributes: { axes: [2, 3], keepdims: 0 } },
    { op: 'Sqrt', inputs: [`${from}_mean`], outputs: [`${from}_root`] },
    { op: 'Mul', inputs: [`${from}_root`, `${from}_weights`], outputs: [`${from}_weighed`] },
    ...unit(`${from}_weighed`, `${from}_unit`),
    { op: 'Mul', inputs: [`${from}_unit`, 'whole_weight'], outputs: [`${from}_whole`] },
    { op: 'AveragePool', inputs: [from], outputs: [`${from}_grid`], attributes: { kernel_shape: [kernel, kernel], strides: [kernel, kernel] } },
    { op: 'Sqrt', inputs: [`${from}_grid`], outputs: [`${from}_grid_root`] },
    { op: 'Mul', inputs: [`${from}_grid_root`, `${from}_grid_weights`], outputs: [`${from}_grid_weighed`] },
    { op: 'Reshape', inputs: [`${from}_grid_weighed`, `${from}_flat`], outputs: [`${from}_grid_flat`] },
    ...unit(`${from}_grid_flat`, `${from}_parts`),
    { op: 'Concat', inputs: [`${from}_whole`, `${from}_parts`], outputs: [`${from}_both`], attributes: { axis: 1 } },
    ...unit(`${from}_both`, `${from}_all`),
    { op: 'Mul', inputs: [`${from}_all`, `${to}_weight`], outputs: [to] },
  ];
}

/** Pictures as bytes, `[batch, 64, 64, 3]`, to vectors of length 1, `[batch, 256]`. */
export function imageGraph() {
  const palette = paletteFilters();
  const weights = PALETTE.map(({ weight }) => weight);
  return {
    name: 'image_encoder',
    inputs: [{ name: 'pixels', type: 'uint8', shape: ['batch', SIZE, SIZE, 3] }],
    outputs: [{ name: 'embedding', type: 'float32', shape: ['batch', DIM] }],
    initializers: [
      float('white', [], [255]), float('tiny', [], [1e-6]), float('outstanding', [], [OUTSTANDING]),
      float('palette', [PALETTE.length, 3, 1, 1], palette.weights), float('palette_bias', [PALETTE.length], palette.bias),
      float('opponent', [3, 3, 1, 1], OPPONENT.flat()), float('edges', [3 * DIRECTIONS, 1, FILTER, FILTER], edgeFilters()),
      float('colours_weights', [1, PALETTE.length], weights), float('colours_grid_weights', [1, PALETTE.length, 1, 1], weights),
      float('energy_weights', [1, 1], [1]), float('energy_grid_weights', [1, 1, 1, 1], [1]),
      float('whole_weight', [], [WHOLE_WEIGHT]), float('colour_weight', [], [COLOUR_WEIGHT]), float('edge_weight', [], [EDGE_WEIGHT]),
      shapeOf('by_channel', 0, 3, DIRECTIONS, SIZE - FILTER + 1, SIZE - FILTER + 1),
      shapeOf('colours_flat', 0, PALETTE.length * 4), shapeOf('energy_flat', 0, DIRECTIONS * 16),
    ],
    nodes: [
      { op: 'Cast', inputs: ['pixels'], outputs: ['numbers'], attributes: { to: 1 } },
      { op: 'Div', inputs: ['numbers', 'white'], outputs: ['scaled'] },
      { op: 'Transpose', inputs: ['scaled'], outputs: ['image'], attributes: { perm: [0, 3, 1, 2] } },
      { op: 'Conv', inputs: ['image', 'palette', 'palette_bias'], outputs: ['closeness'], attributes: { kernel_shape: [1, 1] } },
      { op: 'Softmax', inputs: ['closeness'], outputs: ['colours'], attributes: { axis: 1 } },
      ...pooled('colours', 'colour', SIZE / 2),
      { op: 'Conv', inputs: ['image', 'opponent'], outputs: ['channels'], attributes: { kernel_shape: [1, 1] } },
      { op: 'Conv', inputs: ['channels', 'edges'], outputs: ['waves'], attributes: { kernel_shape: [FILTER, FILTER], group: 3 } },
      { op: 'Mul', inputs: ['waves', 'waves'], outputs: ['squares'] },
      { op: 'Reshape', inputs: ['squares', 'by_channel'], outputs: ['stacked'] },
      // An edge is an edge, whether of light or of colour: the strongest channel says how strong.
      { op: 'ReduceMax', inputs: ['stacked'], outputs: ['strength'], attributes: { axes: [1], keepdims: 0 } },
      // Directions near to that of an edge answer too; only what stands out among them counts.
      { op: 'ReduceMax', inputs: ['strength'], outputs: ['strongest'], attributes: { axes: [1], keepdims: 1 } },
      { op: 'Mul', inputs: ['strongest', 'outstanding'], outputs: ['threshold'] },
      { op: 'Sub', inputs: ['strength', 'threshold'], outputs: ['above'] },
      { op: 'Relu', inputs: ['above'], outputs: ['energy'] },
      ...pooled('energy', 'edge', 14),
      { op: 'Concat', inputs: ['colour', 'edge'], outputs: ['joined'], attributes: { axis: 1 } },
      ...unit('joined', 'embedding'),
    ],
  };
}
