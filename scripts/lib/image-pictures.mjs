/** Pictures for the template `image`: one thing of one colour each, as SVG, the same text on every machine. */

const COLOURS = { red: '#d92b2b', yellow: '#f2c21b', green: '#2f9e44', blue: '#2b62d9' };
const GROUNDS = ['#f6f3ec', '#e9eef2', '#fbfbf8', '#ece7e1'];
const SIZES = [[128, 128], [160, 120], [120, 150]];

const polygon = (points) => `<polygon points="${points.map((point) => point.map((value) => value.toFixed(2)).join(',')).join(' ')}"/>`;

/** Corners on circles of the given radii in turn, the first one at the top. */
const corners = (count, radii) => Array.from({ length: count }, (_, i) => {
  const angle = (i * 2 * Math.PI) / count - Math.PI / 2;
  return [Math.cos(angle) * radii[i % radii.length], Math.sin(angle) * radii[i % radii.length]];
});

/** Each fills about a circle of radius 1 around the origin. */
const SHAPES = {
  circle: '<circle r="0.9"/>',
  square: '<rect x="-0.8" y="-0.8" width="1.6" height="1.6"/>',
  triangle: polygon(corners(3, [1])),
  star: polygon(corners(10, [1, 0.42])),
  ring: '<path fill-rule="evenodd" d="M0.95 0A0.95 0.95 0 1 1 -0.95 0A0.95 0.95 0 1 1 0.95 0ZM0.55 0A0.55 0.55 0 1 0 -0.55 0A0.55 0.55 0 1 0 0.55 0Z"/>',
  stripes: [-0.95, -0.45, 0.05, 0.55].map((y) => `<rect x="-0.95" y="${y}" width="1.9" height="0.28"/>`).join(''),
};

export const SHAPE_NAMES = Object.keys(SHAPES);
export const COLOUR_NAMES = Object.keys(COLOURS);

/**
 * One picture. `look` varies ground, format, place, size and a slight turn.
 * @param {{ shape: string, colour: string, look: number }} wanted
 * @returns {string} SVG
 */
export function drawing({ shape, colour, look }) {
  const [width, height] = SIZES[look % SIZES.length];
  const radius = Math.min(width, height) * (0.3 + 0.04 * (look % 3));
  const x = width * (0.5 + 0.05 * ((look % 5) - 2) / 2);
  const y = height * (0.5 + 0.05 * (((look * 3) % 5) - 2) / 2);
  const turn = ((look * 7) % 11) - 5;
  const place = `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${turn}) scale(${radius.toFixed(2)})`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${GROUNDS[look % GROUNDS.length]}"/><g fill="${COLOURS[colour]}" transform="${place}">${SHAPES[shape]}</g></svg>`;
}
