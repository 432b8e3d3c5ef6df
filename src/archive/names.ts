// Names that Windows keeps for devices, with any extension and in any case.
const device = /^(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/i;
// What is not seen: names that look the same would differ, or the other way round on systems that leave such characters
// out of comparisons. The selectors behind emoji (U+FE00 to U+FE0F) are let pass: real names have them.
const unseen = /[\p{Cf}\p{Zl}\p{Zp}]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u;

/** Longest accepted name of one file or folder, and longest path, in UTF-8 bytes. */
const NAME_BYTES = 255;
const PATH_BYTES = 1024;

/**
 * Says why a host would refuse this name of one file or folder, or gives null.
 * The rules of every system hold on every system, because the archive may be unpacked on any of them.
 */
export function nameProblem(name: string): string | null {
  if (name === '') return 'the name is empty';
  if (name === '.' || name === '..') return `"${name}" is not a name`;
  if (/\p{Cc}/u.test(name)) return 'the name contains a control character';
  if (unseen.test(name)) return 'the name contains a character that is not seen, or that changes the writing direction';
  if (/\p{Cs}/u.test(name)) return 'the name is not valid Unicode';
  const bad = /[\\/<>:"|?*]/.exec(name);
  if (bad) return `the name contains ${bad[0]}, which Windows does not allow`;
  if (/[. ]$/.test(name)) return 'the name ends in a dot or a space, which Windows drops';
  if (device.test(name)) return 'the name is one that Windows keeps for a device';
  if (['.git', 'git~1'].includes(name.toLowerCase()) || name === '__proto__') return 'a host refuses this name';
  if (Buffer.byteLength(name) > NAME_BYTES) return `the name is longer than ${NAME_BYTES} bytes`;
  return null;
}

/** As `nameProblem`, for a whole path inside the archive (`/` between names, relative). */
export function pathProblem(path: string): string | null {
  for (const name of path.split('/')) {
    const problem = nameProblem(name);
    if (problem !== null) return problem;
  }
  if (path !== path.normalize('NFC')) return 'the name is not in Unicode form NFC';
  return Buffer.byteLength(path) > PATH_BYTES ? `the path is longer than ${PATH_BYTES} bytes` : null;
}

/**
 * Two names with the same key are one file on a system that ignores case or Unicode form.
 * Upper case first, because only then do letters such as ß and final sigma meet their other spellings.
 */
export function collisionKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
