import { Flags } from '@oclif/core';

/** Seconds at most: eleven days. A timer holds 2,147,483 of them, and one that is given more ends at once. */
const MOST = 1_000_000;

/** A flag for a time limit in seconds. */
export const secondsFlag = (seconds: number, description: string) => Flags.integer({ helpValue: 'SECONDS', min: 1, max: MOST, default: seconds, description });
