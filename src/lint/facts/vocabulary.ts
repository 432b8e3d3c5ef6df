/**
 * What names mean: the only place where lint knows libraries. Names are in camelCase whatever the language, so that
 * one table serves all front ends.
 */

/** What a call costs: a model, a tokenizer, a service over the network, or waiting for a disk, a store or a clock. */
export type Effect = 'model' | 'tokenizer' | 'api' | 'io';

/**
 * What costs even before it is used: a new event loop, something heavy that is made (a model, a session, a worker, a
 * browser, a client), or holding up the whole thread.
 */
export type Making = 'eventLoop' | 'resource' | 'blocking';

/** What an object is for. `plain` is known to be harmless, whatever its methods are called. */
export type Service = Effect | 'plain';

/** `callNow` costs; `maybe` costs if somebody waits for it; null costs nothing worth a word. */
export type Verdict = { effect: Effect; certain: boolean } | null;

/** The words of a name: `_clipModel` gives `clip`, `model`. */
function wordsOf(name: string): readonly string[] {
  const known = knownWords.get(name);
  if (known) return known;
  if (knownWords.size >= maxKnownWords) knownWords.clear();
  const words = splitWords(name);
  knownWords.set(name, words);
  return words;
}

// Programs use the same few names over and over.
const knownWords = new Map<string, readonly string[]>();
const maxKnownWords = 10_000;

function splitWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const set = (text: string) => new Set(text.split(/\s+/));

const plainTypes = set(
  `TextEncoder TextDecoder Map Set WeakMap WeakSet RegExp Date URL URLSearchParams Error Buffer Uint8Array Float32Array
  Int32Array BigInt64Array Array Headers FormData AbortController Intl JSON Math Object Number String Boolean Symbol
  Tensor Hash console Atomics Reflect BigInt JSONEncoder`,
);

const tokenizerWords = set('tokenizer tokeniser tok tokenizers tiktoken bpe wordpiece sentencepiece encoding');
const ioWords = set(
  `kv redis s3 storage db database bucket minio gcs mongo postgres pg sqlite sql dynamo dynamodb memcached ftp sftp
  assets fs ffmpeg ffprobe disk prisma knex collection blobs boto3 botocore aioboto3 psycopg psycopg2 asyncpg sqlite3
  pymongo motor sqlalchemy aioredis gcsfs s3fs fsspec paramiko cursor elasticsearch opensearch qdrant pinecone
  weaviate chromadb milvus supabase firestore neo4j`,
);
const llmWords = set(
  `llm vlm llms gpt openai anthropic claude gemini cohere mistral groq ollama bedrock vertex vertexai genai replicate
  ai langchain chat assistant hf huggingface litellm`,
);
const apiWords = set('http https axios client api fetcher undici ky got superagent gateway rest endpoint needle requests httpx aiohttp urllib3');
const modelWords = set(
  `model session embedder classifier detector captioner transcriber reranker ranker predictor pipe encoder network net ner
  clip bert whisper onnx vit yolo scorer summarizer summariser vectorizer recognizer inference segmenter generator
  translator extractor embeddings embedding models nlp spacy clf regressor siglip blip resnet llama fasttext cnn lstm`,
);

const makerVerbs = set('create make build get load init new use open connect from to is has set with parse define register ensure');

/** What an object with this name, and nothing else known of it, is taken for. */
export function serviceOfName(name: string): Service | null {
  if (plainTypes.has(name)) return 'plain';
  const words = wordsOf(name);
  const last = words.at(-1);
  // `createClient`, `encodingForModel`: these make such a thing, and are none.
  if (last === undefined || (words.length > 1 && (makerVerbs.has(words[0] as string) || words.includes('for')))) return null;
  if (words.includes('text') && last === 'encoder') return 'plain';
  if (tokenizerWords.has(last)) return last === 'encoding' ? null : 'tokenizer';
  if (words.some((word) => ioWords.has(word))) return 'io';
  if (llmWords.has(last) || (/^(client|service|provider)$/.test(last) && words.some((word) => llmWords.has(word)))) return 'api';
  if (apiWords.has(last)) return 'api';
  return modelWords.has(last) ? 'model' : null;
}

/** What a declared type says, from its text. */
export function serviceOfType(type: string): Service | null {
  const bare = type.replace(/\b(Promise|Readonly|Partial|NonNullable|Awaited)\s*</g, '').split(/[|&<>[\]]/)[0]?.trim() ?? '';
  const name = bare.split('.').at(-1) ?? '';
  if (plainTypes.has(name) || /^(string|number|boolean|bigint|unknown\[\]|readonly )/.test(type)) return 'plain';
  if (/^Async(Iterable|Iterator|Generator)$|^(Iterable|Iterator|Generator|Config|Options)$/.test(name)) return null;
  return /^[A-Z]/.test(name) ? serviceOfMaker(name) : null;
}

/** The type of the items of a list, map or record type: `Model` for `Map<string, Model>`; null for other types. */
export function itemTypeOf(type: string): string | null {
  const match = /^(?:readonly )?(?:(\w+)\[\]|(?:Readonly)?(?:Array|Set)<(\w+)>|(?:Readonly)?(?:Map|Record)<[^,<>]+,\s*(\w+)>)$/.exec(type);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? null;
}

/**
 * What a constructor or factory makes: `AutoTokenizer`, `getEncoding`, `InferenceSession`.
 *
 * @param module where it is imported from: a client from a database's package talks to that database.
 */
export function serviceOfMaker(name: string, module = ''): Service | null {
  if (plainTypes.has(name)) return 'plain';
  if (!/^[./]/.test(module) && wordsOf(module).some((word) => ioWords.has(word) && word !== 'fs')) return 'io';
  const words = wordsOf(name);
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has('config', 'options', 'error', 'result', 'output', 'outputs', 'request', 'response', 'info')) return null;
  if (words.some((word) => tokenizerWords.has(word)) || name === 'getEncoding' || /^SentencePiece/.test(name)) return 'tokenizer';
  if (/^encodingFor|^getEncodingFor/.test(name)) return 'tokenizer';
  if (words.some((word) => ioWords.has(word))) return 'io';
  if (words.some((word) => llmWords.has(word)) || has('llm')) return 'api';
  if (has('axios', 'client', 'http', 'agent', 'api', 'pool') && !has('thread')) return 'api';
  // What a network class of one's own is derived from.
  if (/^(Lightning)?Module$/.test(name)) return 'model';
  if (/^Predict/.test(name) || has('model', 'session', 'pipeline', 'embedder', 'embeddings', 'transformer', 'transformers', 'classifier', 'onnx', 'detector', 'captioner', 'transcriber', 'reranker', 'encoder', 'predictor')) {
    return 'model';
  }
  return null;
}

const modelMethod =
  /^_?(run|encode|embed|predict|forward|infer|generate|classify|transcribe|caption|detect|segment|score|rank|rerank|call|invoke|execute|apply|similarity|recogni[sz]e|translate|summari[sz]e|transform|answer|complete|ask|chat|stream|describe|evaluate|create(Chat)?Completion|createEmbedding)([A-Z].*)?$|^get(Image|Text|Audio|Video)?(Features|Embeddings?)$/;
const tokenizerMethod = /^_?(encode|tokenize|tokenise|call|countTokens|textToIds|batchEncode|applyChatTemplate|segment|prepare|pad)([A-Z].*)?$/;
const apiMethod =
  /^(get|post|put|patch|delete|del|head|options|request|fetch|send|query|search|call|create|generate|complete|completion|invoke|ask|chat|embed|analy[sz]e|classify|predict|run|translate|moderate|rerank|transcribe|describe|summari[sz]e|extract|lookup|execute|upsert|insert|retrieve|stream|json|text|score|detect|caption|vision|prompt|respond|message|answer|label|tag|infer|feature|image|submit|graphql|recogni[sz]e|synthesi[sz]e|annotate|eq|where)([A-Z].*)?$/;
const ioMethod =
  /^(get|set|put|read|write|open|download|upload|fetch|load|save|list|head|exists|stat|query|search|find|insert|update|upsert|execute|exec|run|send|del|delete|hget|hset|mget|incr|expire|copy|move|access|append|resolve|stream|pipe|transcode|probe|input|extract|convert|screenshots|lookup|all|first|select|raw|create|add|where|eq|detect|analy[sz]e|invoke|translate|synthesi[sz]e|recogni[sz]e|publish|near|scroll|retrieve)([A-Z].*)?$/;
// A part of a store, which is reached only when something is asked of it.
const storePart = /^(get|use|open)?(OrCreate)?(Collection|Database|Bucket|Table|Container|Cursor|Db|BlobClient|ContainerClient)$/i;

// Nothing but a model has these, whatever it is called.
const onlyOfModels =
  /^(predict(Proba|OnBatch)?|inferVector|getSentenceVector|get(Text|Query)Embedding|embed(Query|Documents?)|(query|passage)Embed|create(Chat)?Completion|imageTo(String|Data)|readtext|extractKeywords|faceEncodings|detect(All|Single)Faces?|recogni[sz]e([A-Z].*)?|transcribe|generateContent|featureExtraction|textGeneration|represent)$/;
const noEffect =
  /^(on|once|off|close|dispose|release|destroy|bind|to|eval|train|load|ensure.*|warm.*|config|getGenerativeModel|model|dim|dimension|length|use|create(Client|Session)?|default|connect|extend|with[A-Z].*|set(Options|Config|Timeout|Header.*)|getConfig|getOptions|preprocess|postprocess|decode|batchDecode|toString)$/;

/** What calling `method` on an object of this kind costs. */
export function effectOfMethod(service: Service, method: string, receiver: string): Verdict {
  if (service === 'plain') return null;
  const sure: Verdict = { effect: service, certain: true };
  // HTTP clients have sessions too, and some models tokenize.
  if (service === 'model' && /^(get|post|put|patch|delete|request)$/.test(method) && /session$/i.test(receiver)) return { effect: 'api', certain: true };
  if (service === 'model' && /^tokeni[sz]e$/.test(method)) return { effect: 'tokenizer', certain: true };
  if (service === 'model') return modelMethod.test(method) || onlyOfModels.test(method) ? sure : null;
  if (service === 'tokenizer') return tokenizerMethod.test(method) ? sure : null;
  if (service === 'io') return ioMethod.test(method) && !storePart.test(method) ? sure : null;
  if (noEffect.test(method) && !(method === 'create' && receiver !== 'axios')) return null;
  return apiMethod.test(method) || llmWords.has(wordsOf(receiver).at(-1) ?? '') ? sure : null;
}

/** Methods that only a database has, and those that are a database's on a connection or a cursor. */
export function isDatabaseCall(receiver: string, method: string): boolean {
  if (/^(executemany|executeMany|fetch(one|row|val|One|Row|Val)|findOne|executescript)$/.test(method)) return true;
  return method === 'execute' && /^(cur|curs|con|conn|connection|dbSession)$/.test(wordsOf(receiver).at(-1) ?? '');
}

/** Gives a list of orders to a store, which are carried out together later. */
export function collectsOrders(method: string): boolean {
  return /^(multi|pipeline|transaction|bulk|initialize(Un)?[oO]rderedBulkOp|writeBatch)$/.test(method);
}

/** What a method costs by its own name, on an object of which nothing is known. */
export function effectOfLoneMethod(name: string): Verdict {
  if (onlyOfModels.test(name)) return { effect: 'model', certain: true };
  if (/^a?[iI]nvoke$/.test(name)) return { effect: 'api', certain: true };
  return name === 'embed' ? { effect: 'model', certain: false } : null;
}

/** Objects that are often kept in memory: a call costs only if it is waited for. */
export function isMaybeStore(name: string): boolean {
  return /^(cache|store|repository|repo|registry|index)$/.test(wordsOf(name).at(-1) ?? '');
}

/** Whether an object of this kind may itself be called, as transformers.js pipelines and tokenizers are. */
export function isCallable(service: Service | null): service is Effect {
  return service === 'model' || service === 'tokenizer' || service === 'api';
}

const tokenizerModules = /token|tiktoken|bpe|sentencepiece|wordpiece|gpt-3-encoder/i;
const httpModules = /^(node:)?https?$|^(undici|axios|got|ky|superagent|needle|node-fetch|cross-fetch|request|phin|bent|ofetch|requests|httpx|aiohttp|urllib3|urllib\.request)$/;

/**
 * What calling a function costs that is not defined in the file.
 *
 * @param name its own name, not an alias; @param module where it is imported from, or null.
 */
export function effectOfFunction(name: string, module: string | null): Verdict {
  const sure = (effect: Effect): Verdict => ({ effect, certain: true });
  const maybe = (effect: Effect): Verdict => ({ effect, certain: false });
  if (name === 'fetch' || /^(axios|got|ky|superagent|needle)$/.test(name)) return sure('api');
  if (module !== null && httpModules.test(module)) return sure('api');
  if (module !== null && /timers\/promises$/.test(module)) return sure('io');
  if (module !== null && /^(node:)?fs(\/promises)?$/.test(module)) return sure('io');
  if (name === 'setTimeout') return maybe('io');
  if (/^url(open|retrieve)$/.test(name)) return sure('api');
  if (/^(download|upload|openAsset|resolveUrlToLocalPath|hfHubDownload|readAsset|readFile|writeFile|getObject|putObject)/.test(name)) return sure('io');
  if (/^(sleep|delay|wait|pause)(For|Ms|Seconds|Until)?$/.test(name)) return sure('io');
  if (/ffmpeg|ffprobe/i.test(name)) return sure('io');
  if (/^(extract|grab|decode)(Video|Key)?Frames$/.test(name)) return sure('io');
  if (/^(encode|tokeni[sz]e|countTokens)/.test(name) && module !== null && tokenizerModules.test(module)) return sure('tokenizer');
  if (/^tokeni[sz]e/.test(name)) return sure('tokenizer');
  if (module !== null && !/^[./]/.test(module) && /^(imageTo(String|Data)|faceEncodings)$/.test(name)) return sure('model');
  if (/^(litellm|openai|ollama|cohere|replicate|anthropic)(\.|$)/.test(module ?? '') && apiMethod.test(name.replace(/^a(?=completion|embedding|transcription|rerank)/, ''))) return sure('api');
  if (module === 'ai' && /^(generate|stream|embed)/.test(name)) return sure('api');
  if (wordsOf(name).some((word) => word === 'llm' || word === 'gpt' || word === 'openai')) return maybe('api');
  if (/^(fetch|request|post|query|call(Api|Service|Endpoint)|generateText|generateObject)([A-Z].*)?$/.test(name)) return maybe('api');
  if (/^(embed|infer|predict|transcribe|caption|classify|runInference|runModel|callModel|rerank)([A-Z].*)?$/.test(name)) return maybe('model');
  return null;
}

const heavyClasses =
  /^(Worker|Browser|Piscina|Tinypool|OpenAI|AzureOpenAI|AsyncOpenAI|Anthropic|AsyncAnthropic|GoogleGenAI|GoogleGenerativeAI|InferenceSession|SentenceTransformer|PrismaClient|WhisperModel)$|(Client|Embedder|ThreadPool|ProcessPool|WorkerPool|ThreadPoolExecutor|ProcessPoolExecutor)$/;
const ownProcess = /^(Worker|Browser)$/;
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
    return !takesRow || ownProcess.test(name) ? 'resource' : null;
  }
  if (isNew) return null;
  if (receiver !== null && spawners.test(name) && /child_?process/i.test(receiver)) return 'resource';
  if (receiver === null && spawners.test(name) && /child_process$/.test(module ?? '')) return 'resource';
  if (name === 'launch' && browsers.test(receiver ?? '')) return 'resource';
  if (takesRow || !isForeign) return null;
  if (name === 'create' && /InferenceSession$/.test(receiver ?? '')) return 'resource';
  if (/^(fromPretrained|from_pretrained)$/.test(name) && /^[A-Z]/.test(receiver ?? '')) return 'resource';
  if (/^(loadLayersModel|loadGraphModel)$/.test(name)) return 'resource';
  return name === 'pipeline' && /(huggingface|xenova)\/transformers|^transformers$/.test(module ?? '') ? 'resource' : null;
}

/** Waits until one of a limited number of places is free. */
export function isSemaphoreMethod(name: string): boolean {
  return /^(acquire|tryAcquire|lock|runExclusive|throttle|waitForSlot)$/.test(name);
}

/** Tells the time: a loop that asks for nothing else is waiting. */
export function isClock(receiver: string, name: string): boolean {
  return name === 'now' && /^(Date|performance)$/.test(receiver);
}

/** Runs its function for many items at a time, with a limit: the way per-row I/O is meant to be done. */
export function isConcurrencyHelper(name: string): boolean {
  return /^(parallel|concurrent)|Limit$|(Concurrent|Parallel)(ly)?$|^(pMap|pAll|pFilter|asyncPool|promisePool|mapConcurrently|gather)$/.test(name);
}

/** Says how many of them run at a time. */
export function isLimitName(name: string): boolean {
  return /^(concurrency|limit|maxConcurrent|maxConcurrency|maxWorkers|concurrentLimit|parallelism)$/.test(name);
}

/** Takes a list of promises that already run. */
export function isGathering(name: string): boolean {
  return /^(all|allSettled|any|race|settle|gather)/.test(name) || /(All|Settled)$/.test(name);
}

/** Runs its function for one item after the other. */
export function isSeriesHelper(name: string): boolean {
  return /Series$|Sequential(ly)?$|^(eachSeries|pEachSeries|pReduce|forEachSeries|series)$/.test(name);
}

/** Hands a task to a queue or pool that runs it later. */
export function isQueueMethod(name: string): boolean {
  return /^(add|enqueue|schedule|submit|defer|push|run|addTask)$/.test(name) || startsTask(name);
}

/** Starts a task at once, however many there are: what `asyncio.create_task` is to the facts. */
export function startsTask(name: string): boolean {
  return name === 'startTask';
}

/** Splits a list into smaller lists. */
export function isSplitter(name: string): boolean {
  return wordsOf(name).some((word) =>
    /^(chunk(s|ed|ify)?|batch(es|ed|ify)?|group(s|ed|by)?|partition(s|ed)?|bucket(s|ed|ize|by)?|window(s|ed)?|shard(s|ed)?|split|slices|paginate|pages|minibatch(es)?)$/.test(word),
  );
}

/** Names a variable that holds a part of the rows. */
export function isPartName(name: string): boolean {
  return /^(chunk|batch|group|slice|shard|bucket|page|window|partition|members|subset)$/.test(wordsOf(name).at(-1) ?? '');
}

/** How a value relates to rows: 0 is (part of) one row, 1 a collection of rows, 2 a collection of collections. */
export type Rank = 0 | 1 | 2;

export interface RowShape {
  rank: Rank;
  isBatch: boolean;
}

const batchType = '(Batch|RecordBatch|Table|DataFrame)(<[^>]*>)?';
const listOf = (inner: string) =>
  new RegExp(`^(readonly )?((Readonly)?Array|Async(Iterable|Iterator|Generator|IterableIterator)|Iterable|Iterator|IterableIterator|Generator|ReadableStream)<\\s*(${inner})\\s*[,>]|^(readonly )?\\(?(${inner})\\)?\\[\\]`);
const types: readonly (readonly [RegExp, RowShape])[] = [
  [listOf(batchType), { rank: 2, isBatch: true }],
  [listOf('Row|BatchRow|RowView|StructRowProxy|DataRow'), { rank: 1, isBatch: false }],
  [new RegExp(`^(Readonly<)?(\\w+\\.)?${batchType}>?(\\s*\\|\\s*(null|undefined))?$`), { rank: 1, isBatch: true }],
  [/^(\w+\.)?(Column|Vector)(<.*>)?$/, { rank: 1, isBatch: false }],
  [/^(\w+\.)?(Row|BatchRow|RowView|StructRowProxy)(<.*>)?(\s*\|\s*(null|undefined))?$/, { rank: 0, isBatch: false }],
];

/** The shape a parameter has by its declared type, else by its name; null when neither says anything. */
export function shapeOfParameter(name: string, type: string | null): RowShape | null {
  for (const [pattern, shape] of types) if (type !== null && pattern.test(type)) return shape;
  if (type !== null && /^(string|number|boolean|bigint|\(|Map|Set|Record|.*=>)/.test(type) && !type.endsWith('[]')) return null;
  const isList = type === null || /^(any|unknown)$|\[\]$|^(Readonly)?Array<|Iterable<|\{/.test(type);
  if (!isList) return null;
  const isOpaque = type === null || /^(any|unknown)$/.test(type);
  if (/^_?(batch|inputBatch|dataBatch|df)$/.test(name)) return { rank: 1, isBatch: isOpaque };
  if (name === 'batches') return { rank: 2, isBatch: isOpaque };
  return name === 'rows' ? { rank: 1, isBatch: false } : null;
}

/** Members of DataFrames and their columns that have the same rows, or some of them, again. */
const pandasMembers = `index items iteritems fillna astype dropna ffill bfill copy deepcopy replace where mask clip round reindex
  resetIndex setIndex sortValues sortIndex sample query assign rename drop dropDuplicates duplicated nlargest nsmallest
  convertDtypes inferObjects isna notna isnull notnull isin eq ne gt lt ge le add sub mul div array T str dt cat
  cpu detach numpy squeeze flatten reshape dropNulls fillNull withColumns compute persist`;

/** Of these, what makes a batch from a batch. */
const batchMembers = new RegExp(
  `^(filter|concat|slice|withColumn|select|sort|take|head|tail|limit|fillna|astype|dropna|ffill|bfill|copy|deepcopy|replace|where|mask|reindex|resetIndex|setIndex|sortValues|sortIndex|sample|query|assign|rename|drop|dropDuplicates|nlargest|nsmallest|convertDtypes|inferObjects|compute|persist|withColumns)$`,
);

/** Whether a member or method of a batch gives a batch again. */
export function isBatchMember(name: string): boolean {
  return batchMembers.test(name);
}

/** Members that are the number of rows. */
export const countMembers = set('length numRows size height count numrows');

/** Members and methods of a collection of rows that are again a collection of rows. */
export const rowsMembers = set(
  `rows iterrows rowsAsync toArray column columnValues values keys entries slice splice filter sort reverse concat toSorted toReversed
  flat getChild getChildAt select withColumn take drop toJSON with subarray nulls explode items rowIndex fill copyWithin
  iterator asyncIterator toList toRows getColumn col tail head limit unique distinct ${pandasMembers}`,
);

/** Methods that give one row. */
export const rowMethods = set('get at shift pop next row getRow rowAt item find findLast');

/** Methods of a collection that call a function per item, and the position of the item among its arguments. */
export const perItemMethods: ReadonlyMap<string, number> = new Map([
  ...['map', 'forEach', 'flatMap', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'each', 'mapAsync', 'forEachAsync', 'apply', 'mapRows', 'forEachRow', 'partition', 'transform', 'mapElements'].map((name) => [name, 0] as const),
  ['reduce', 1],
  ['reduceRight', 1],
]);

/** Members of a batch that are collections of batches. */
export const groupMembers = set('batches chunks data');
