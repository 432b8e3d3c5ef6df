/** What should be made once, and is made by a call. */

/**
 * What costs even before it is used: a new event loop, something heavy that is made (a model, a session, a worker, a
 * browser, a client), or holding up the whole thread. `shortLived` is as heavy, but where many rows are worked on at a
 * time each may have its own: a child process, and in Python a client that threads must not share.
 */
export type Making = 'eventLoop' | 'resource' | 'shortLived' | 'blocking';

const heavyClasses =
  /^(Worker|Browser|Piscina|Tinypool|OpenAI|AzureOpenAI|AsyncOpenAI|Anthropic|AsyncAnthropic|GoogleGenAI|GoogleGenerativeAI|InferenceSession|SentenceTransformer|PrismaClient|WhisperModel)$|(Client|Embedder|ThreadPool|ProcessPool|WorkerPool|ThreadPoolExecutor|ProcessPoolExecutor)$/;
const ownProcess = /^(Worker|Browser)$/;
/** Functions of modules that start up as much as a class does, `load_model` being `loadModel` here. */
const heavyFunctions = /^(boto3\.(client|resource)|requests\.[sS]ession|aiohttp\.ClientSession|spacy\.load|(whisper|whisperx|fasttext)\.loadModel)$/;
const browsers = /^(puppeteer|chromium|firefox|webkit|playwright)$/;
const spawners = /^(spawn|fork|exec|execFile|spawnSync|execSync|execFileSync)$/;

/** A call as far as names tell: `receiver` is what the method is called on, null for a function; `module` where the function comes from. */
export interface NamedCall {
  name: string;
  receiver: string | null;
  module: string | null;
  isNew: boolean;
  /** Whether it is given something of the row: what is made then differs from row to row. */
  takesRow: boolean;
}

/** What a call makes that should be made once. Modules of the plugin and of Plugsmith may keep what they made. */
export function makingOf({ name, receiver, module, isNew, takesRow }: NamedCall): Making | null {
  if (name === 'newEventLoop' || name === 'runUntilComplete') return 'eventLoop';
  if (name === 'run' && (receiver === 'asyncio' || module === 'asyncio')) return 'eventLoop';
  if (name === 'wait' && receiver === 'Atomics') return 'blocking';
  const isForeign = module === null || !/^(\.|plugsmith)/.test(module);
  if (/^[A-Z]/.test(name) && heavyClasses.test(name) && isForeign && (isNew || receiver === null)) {
    if (takesRow && !ownProcess.test(name)) return null;
    return isNew ? 'resource' : 'shortLived';
  }
  if (!takesRow && heavyFunctions.test(`${receiver ?? module}.${name}`)) return 'shortLived';
  if (isNew) return null;
  if (receiver !== null && spawners.test(name) && /child_?process/i.test(receiver)) return 'shortLived';
  if (receiver === null && spawners.test(name) && /child_process$/.test(module ?? '')) return 'shortLived';
  if (name === 'launch' && browsers.test(receiver ?? '')) return 'resource';
  if (takesRow || !isForeign) return null;
  if (name === 'create' && /InferenceSession$/.test(receiver ?? '')) return 'resource';
  if (/^(fromPretrained|from_pretrained)$/.test(name) && /^[A-Z]/.test(receiver ?? '')) return 'resource';
  if (/^(loadLayersModel|loadGraphModel)$/.test(name)) return 'resource';
  if (name === 'createWorker' && module === 'tesseract.js') return 'resource';
  return name === 'pipeline' && /(huggingface|xenova)\/transformers|^transformers$/.test(module ?? '') ? 'resource' : null;
}
