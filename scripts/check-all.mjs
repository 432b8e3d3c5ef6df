// Checks types, style, import rules and who touches the terminal. Runs nothing of ours.
import { add, finish } from './lib/counts.mjs';
import { checks, step } from './lib/steps.mjs';

const counts = [];
for (const check of checks) counts.push(await step(check));
finish(add(...counts));
