import type { BuildOptions, BuildResult, Message } from 'esbuild';
import { Failure, messageOf, systemCode } from '../errors/index.js';

/** What esbuild throws for sources it cannot bundle: at least one message. */
export interface BundleErrors {
  errors: [Message, ...Message[]];
}

/**
 * esbuild's `build`. Its program for this platform is an optional dependency like any native module: an installation can
 * lack it, or have another platform's.
 * @throws BundleErrors for what is wrong with the sources
 * @throws Failure `bundler-broken` where esbuild's program cannot be started, or ends
 */
export async function bundle<T extends BuildOptions>(options: T): Promise<BuildResult<T>> {
  try {
    const { build } = await import('esbuild');
    return await build<T>(options as Parameters<typeof build<T>>[0]);
  } catch (error) {
    if (isBundleErrors(error)) throw error;
    throw new Failure({
      code: 'bundler-broken',
      message: `esbuild, which bundles plugins, does not work here (${process.platform}-${process.arch}): ${reasonOf(error)}`,
      why: 'Its program is a package of its own for each platform; it was left out (--omit=optional), or comes from another platform or version.',
      next: 'Install Plugsmith again on this machine: npm install --global --include=optional plugsmith',
      cause: error,
    });
  }
}

/** esbuild looks for itself when it does not find its program, so Node's message names the wrong one. */
function reasonOf(error: unknown): string | undefined {
  return systemCode(error)?.endsWith('MODULE_NOT_FOUND') ? 'its program is not there' : messageOf(error).trim().split('\n')[0];
}

function isBundleErrors(error: unknown): error is BundleErrors {
  const { errors } = error as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0;
}
