/**
 * What `plugin doctor` looks at: this machine, as it really behaves, with what to do about each finding.
 * Probes run in child processes with time limits, so that a crash or a hang is a finding.
 */
export type { Check, DoctorContext, Group, Status } from './check.js';
export { runChecks } from './run.js';
