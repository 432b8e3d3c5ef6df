/** The door of the terminal room: the only room that writes to stdout and stderr. */
export { envName, type Outcome, PlugsmithCommand, wantsJson, withEnv } from './command.js';
export { type EndReason, type ExitHook, interrupted, isServing, isStopping, onExit, runExitHooks, serve } from './exit.js';
export { type Column, formatClock, formatDuration, formatNumber, formatTable, indent, plural, printable } from './format.js';
export { renderHelp } from './help.js';
export type { Interactivity } from './interactive.js';
export { errorDocument, type ErrorDocument, errorText, toFailure } from './present.js';
export { openFile } from './open.js';
export type { Progress, ProgressState } from './progress.js';
export type { StageRecord, Stages } from './stages.js';
export { createTheme, type Theme, wantsColour } from './theme.js';
export { Ui, type UiEvent, type UiOptions } from './ui.js';
export { completionScript, setUp, type Shell, shells } from './completion/index.js';
export { unknownCommand } from './usage.js';
