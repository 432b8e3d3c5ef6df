/** What can be said of how to lint. */
import type { AnalysisCache } from './cache.js';
import type { RuleLevel } from './levels.js';

export interface LintOptions {
  /** Folder that relative paths start from, and that reported paths are relative to. */
  cwd: string;
  /** Levels by rule id, instead of the rules' own. Rules of family SEC cannot be lowered. */
  rules?: Readonly<Record<string, RuleLevel>>;
  /** Patterns in gitignore's language, relative to `cwd`, for what to leave out of folders. Named files stay. */
  ignore?: readonly string[];
  /** Absolute paths: of the files found, only these are read. Rules about more than one file still see all of them. */
  only?: ReadonlySet<string>;
  /** Largest code file that is scanned, in bytes; 1 MiB unless told. */
  maxFileBytes?: number;
  /** Longest time for one file, in milliseconds; 10,000 unless told. */
  fileTimeMs?: number;
  /** The built worker for deeply nested and very large files; found by itself in an installation. */
  deepWorker?: URL;
  /** Analyses of earlier runs. Saving it is the caller's. */
  cache?: AnalysisCache;
  /** More files than this are analysed in several threads, this one among them; 200 unless told. */
  threadsAbove?: number;
  /** Called before files are analysed, with how many there are: for settings of the process that pay for many only. */
  onFiles?: (count: number) => void;
  /** Analyses in other threads alone, whatever the number of files: for a process that answers calls meanwhile. */
  aside?: boolean;
}
