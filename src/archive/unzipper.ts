/** unzipper is CommonJS: imported statically from a module of its own, it gives the same names bundled and unbundled. */
import unzipper from 'unzipper';

export const { Open } = unzipper;
