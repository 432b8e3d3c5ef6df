/** Deploying and waiting as a stage, as `deploy` and `publish --deploy` do it. */
import { Flags } from '@oclif/core';
import type { DeployAnswer, Host, LogLine, PluginStatus } from '../../client/index.js';
import { ExitCode, Failure } from '../../errors/index.js';
import { onExit, type Stages, type Ui } from '../../ui/index.js';
import { secondsFlag } from './seconds.js';

export const deployFlags = {
  'batch-only': Flags.boolean({ description: 'deploy for batches only, without a realtime service' }),
  network: Flags.boolean({ description: 'let the plugin reach the network; needs a key with the scope admin' }),
  wait: Flags.boolean({ allowNo: true, default: true, description: 'wait until the deployment is ready or has failed' }),
  timeout: secondsFlag(600, 'how long to wait; the deployment goes on after that'),
};

export interface DeployWishes {
  batchOnly: boolean;
  /** Whether its workers may reach the network. */
  network: boolean;
  wait: boolean;
  timeoutSeconds: number;
}

/** The state of a deployment as `--json` shows it: what the host says, `status` in upper case. */
export type StatusDocument = PluginStatus & { deployment_type: string | null };

/** Lines of the plugin's log that a failure shows. */
const LOG_LINES = 10;

/** The command that goes on waiting. */
export function resumeCommand(id: string): string {
  return `plugin status ${id} --watch`;
}

/** What the host says, with the kind of deployment where it leaves that out. */
export function statusDocument(status: PluginStatus): StatusDocument {
  const guess = status.realtime_enabled === true ? 'realtime' : status.deployed === true ? 'batch_only' : null;
  return { ...status, deployment_type: status.deployment_type ?? guess };
}

/**
 * Asks for a deployment and waits for its end.
 * @throws Failure `deployment-failed` with the end of the log, `realtime-refused`, `gave-up`, and what requests throw
 */
export async function deployStage(host: Host, id: string, wishes: DeployWishes, stages: Stages, ui: Ui): Promise<StatusDocument> {
  const before = await host.status(id);
  const answer = await askDeploy(host, id, wishes, ui);
  const batchOnly = answer.deployment_type === 'batch_only';
  if (batchOnly && !wishes.batchOnly) tellBatchOnly(answer, ui);
  return stages.run('deploy', async () => {
    const status = batchOnly || !wishes.wait ? await host.status(id) : await watchStatus(host, id, { before, timeoutSeconds: wishes.timeoutSeconds }, stages, ui);
    if (status.status === 'FAILED' && wishes.wait) throw await deploymentFailed(host, status);
    if (status.status === 'NOT_DEPLOYED' && wishes.wait && !batchOnly && status.deployed !== true) throw undeployed(id, status);
    return { result: statusDocument(status), note: batchOnly ? `${status.status}, for batches` : status.status };
  });
}

/** Waits for a final status, with every change as a state of the running stage. Ctrl+C ends the waiting only. */
export async function watchStatus(host: Host, id: string, { before, timeoutSeconds }: { before: PluginStatus | null; timeoutSeconds: number }, stages: Stages, ui: Ui): Promise<PluginStatus> {
  const { waitForDeployment } = await import('../../client/index.js');
  const resume = resumeCommand(id);
  const stop = new AbortController();
  const release = onExit((reason) => (reason === 'interrupted' ? (stop.abort(), `Go on waiting with: ${resume}`) : undefined));
  try {
    return await waitForDeployment(host, id, {
      timeoutMs: timeoutSeconds * 1000, before, resume, signal: stop.signal,
      onChange: (status) => stages.state([status.status, status.message].filter(Boolean).join('  ')),
      onFailure: (failure, failures) => ui.detail(`No status (${failures} in a row): ${failure.message}`),
    });
  } finally {
    release();
  }
}

/** The failure of a deployment, with the end of its log. */
export async function deploymentFailed(host: Host, status: PluginStatus): Promise<Failure> {
  const log = await endOfLog(host, status.plugin_id);
  return new Failure({
    code: 'deployment-failed',
    message: [`The deployment of ${status.plugin_id} failed: ${status.error ?? status.message ?? 'the host gives no reason'}`, ...log.map(({ level, message }) => `  ${level ?? 'log'}  ${message}`)].join('\n'),
    why: 'Versions that were deployed before go on.',
    next: `See its log: plugin logs ${status.plugin_id}`,
    details: { deployment: statusDocument(status), log },
    exitCode: ExitCode.host,
  });
}

/** A plugin without a realtime part could be nothing else; one that the account does not allow is another matter. */
function tellBatchOnly({ message, upgrade_url: url }: DeployAnswer, ui: Ui): void {
  if (message === null) return;
  if (url === null) ui.note(message);
  else ui.warn(`${message} ${url}`);
}

/** The state in words, for the end of a command. */
export function inWords({ status, deployed }: StatusDocument): string {
  return status === 'NOT_DEPLOYED' && deployed === true ? 'NOT_DEPLOYED (batches may use it)' : status;
}

async function askDeploy(host: Host, id: string, { batchOnly, network: isOpen }: DeployWishes, ui: Ui): Promise<DeployAnswer> {
  const { HostRefusal } = await import('../../client/index.js');
  const network = isOpen ? 'full' : undefined;
  try {
    return await host.deploy(id, { type: batchOnly ? 'batch_only' : undefined, network });
  } catch (error) {
    // A key without the right to deploy may not deploy for batches either.
    if (batchOnly || !(error instanceof HostRefusal) || error.code !== 'forbidden' || needsScope(error)) throw error;
    const question = 'The host refuses a realtime service for this plugin. Deploy it for batches only?';
    if (ui.interactive().interactive && (await ui.confirm(question, { default: false, flag: '--batch-only' }))) return host.deploy(id, { type: 'batch_only', network });
    throw new Failure({ code: 'realtime-refused', message: error.message, why: 'The host allows no realtime service here. The plugin is uploaded, and was not deployed.', next: `Deploy it for batches only: plugin deploy ${id} --batch-only`, details: error.details ?? {}, exitCode: ExitCode.host });
  }
}

function needsScope({ details }: Failure): boolean {
  return (details?.['host_details'] as { needs?: unknown } | undefined)?.needs !== undefined;
}

/** Decoration of a failure: a host without logs, or one that fails here too, leaves it as it is. */
async function endOfLog(host: Host, id: string): Promise<LogLine[]> {
  const { lastLogs } = await import('../../client/index.js');
  return lastLogs(host, id, LOG_LINES).catch(() => []);
}

function undeployed(id: string, status: PluginStatus): Failure {
  return new Failure({ code: 'not-deployed', message: `${id} is NOT_DEPLOYED${status.message ? `: ${status.message}` : '.'}`, why: 'Somebody undeployed it meanwhile, or a newer deployment took its place.', next: `Deploy it again: plugin deploy ${id}`, details: { deployment: statusDocument(status) }, exitCode: ExitCode.host });
}
