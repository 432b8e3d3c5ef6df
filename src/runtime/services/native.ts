/** Native packages that a worker found missing. */
import { Failure } from '../../errors/index.js';
import { type Installed, installNative, type InstallOptions, type NativeName, nativeMissing, nativeNames, pinnedVersion } from '../../native/index.js';

export interface NativeOptions {
  /** Asks whether to install; without it the install is announced and done. */
  confirmInstall?: ((name: NativeName) => Promise<boolean>) | undefined;
  /** Takes one line for people. */
  announce?: ((line: string) => void) | undefined;
  /** `installNative`; replaced in tests, which must not download. */
  install?: ((name: NativeName, options: InstallOptions) => Promise<Installed>) | undefined;
}

/**
 * Installs what is asked for, once: workers that ask at the same time wait for the same install and get the same answer.
 * @throws Failure `native-unknown`, `native-missing` (refused by the user), and as `installNative`.
 */
export function createNative({ confirmInstall, announce = () => undefined, install = installNative }: NativeOptions): (name: string) => Promise<{ version: string }> {
  const open = new Map<NativeName, Promise<{ version: string }>>();

  const bring = async (name: NativeName): Promise<{ version: string }> => {
    if (confirmInstall !== undefined && !(await confirmInstall(name))) throw nativeMissing(name);
    announce(`${name}@${pinnedVersion(name)} is not installed; installing it into the cache folder ...`);
    const { version } = await install(name, {});
    announce(`${name}@${version} is installed.`);
    return { version };
  };

  return (given) => {
    const name = nativeNames.find((known) => known === given);
    if (name === undefined) {
      throw new Failure({ code: 'native-unknown', message: `There is no native package ${JSON.stringify(given)} in Plugsmith.`, next: `Known ones: ${nativeNames.join(', ')}.`, details: { name: given } });
    }
    // A failed or refused install is not tried again in the same run: every worker would ask anew.
    const known = open.get(name) ?? bring(name);
    open.set(name, known);
    return known;
  };
}
