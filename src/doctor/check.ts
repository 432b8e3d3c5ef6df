/** `fail` makes `plugin doctor` exit with 1; `warn` limits what works; `ok` may still carry advice. */
export type Status = 'ok' | 'warn' | 'fail';

/** Where a check belongs, in the order in which groups are shown. */
export const groups = ['platform', 'native modules', 'storage', 'sandbox', 'python'] as const;

export type Group = (typeof groups)[number];

/** One finding about this machine. */
export interface Check {
  group: Group;
  /** Short and stable: `node`, `onnxruntime-node`, `bubblewrap`. */
  name: string;
  status: Status;
  /** What was found, one sentence. */
  finding: string;
  /** What to do, with a command where there is one. Present for every `warn` and `fail`. */
  remedy?: string;
}

/** What the checks depend on besides the machine itself. */
export interface DoctorContext {
  /** Environment for the programs that are tried; PATH decides which are found. */
  env: NodeJS.ProcessEnv;
  /** Whether input and output are terminals. */
  terminal: { stdin: boolean; stdout: boolean };
}

/** What a probe says; the list of probes adds group and name. */
export type Finding = Pick<Check, 'status' | 'finding' | 'remedy'>;

export const ok = (finding: string, remedy?: string): Finding => ({ status: 'ok', finding, ...(remedy === undefined ? {} : { remedy }) });
export const warn = (finding: string, remedy: string): Finding => ({ status: 'warn', finding, remedy });
export const fail = (finding: string, remedy: string): Finding => ({ status: 'fail', finding, remedy });
