/** What calls cost, told by the names of methods and functions. */
import { llmWords, type Effect, type Service } from './services.js';
import { wordsOf } from './words.js';

/** What a call costs: for certain, or only if somebody waits for it; null where it is not worth a word. */
export type Verdict = { effect: Effect; certain: boolean } | null;

const modelMethod =
  /^_?(run|encode|embed|predict|forward|infer|generate|classify|transcribe|caption|detect|segment|score|rank|rerank|call|invoke|execute|apply|similarity|recogni[sz]e|translate|summari[sz]e|transform|answer|complete|ask|chat|stream|describe|evaluate|create(Chat)?Completion|createEmbedding)([A-Z].*)?$|^get(Image|Text|Audio|Video)?(Features|Embeddings?)((From|For|With)[A-Z].*)?$/;
const tokenizerMethod = /^_?(encode|tokenize|tokenise|call|countTokens|textToIds|batchEncode|applyChatTemplate|segment|prepare|pad)([A-Z].*)?$/;
const apiMethod =
  /^(get|list|find|post|put|patch|delete|del|head|options|request|fetch|send|query|search|call|create|generate|complete|completion|invoke|ask|chat|embed|analy[sz]e|classify|predict|run|translate|moderate|rerank|transcribe|describe|summari[sz]e|extract|lookup|execute|upsert|insert|retrieve|stream|json|text|score|detect|caption|vision|prompt|respond|message|answer|label|tag|infer|feature|image|submit|graphql|recogni[sz]e|synthesi[sz]e|annotate|eq|where)([A-Z].*)?$/;
const ioMethod =
  /^(get|set|put|read|write|open|download|upload|fetch|load|save|list|head|exists|stat|query|search|find|insert|update|upsert|execute|exec|run|send|del|delete|hget|hset|mget|incr|expire|copy|move|access|append|resolve|stream|pipe|transcode|(ff)?probe|input|extract|convert|screenshots|lookup|all|first|select|raw|create|add|where|eq|detect|analy[sz]e|invoke|translate|synthesi[sz]e|recogni[sz]e|publish|near|scroll|retrieve)([A-Z].*)?$/;
// A part of a store, which is reached only when something is asked of it.
const storePart = /^(get|use|open)?(OrCreate)?(Collection|Database|Bucket|Table|Container|Cursor|Db|BlobClient|ContainerClient)$/i;

// Nothing but a model has these, whatever it is called.
const onlyOfModels =
  /^(predict(Proba|OnBatch)?|inferVector|getSentenceVector|get(Text|Query)Embedding|embed(Query|Documents?)|(query|passage)Embed|create(Chat)?Completion|imageTo(String|Data)|readtext|extractKeywords|faceEncodings|detect(All|Single)Faces?|recogni[sz]e([A-Z].*)?|transcribe|generateContent|featureExtraction|textGeneration|represent|ocr)$/;
// Python libraries have `aembed_query` for those who wait beside `embed_query`.
const forWaiting = /^a(?=(call|chat|complete|embed|generate|predict|query|rerank|retrieve|search|stream|transcribe|translate)([A-Z]|$))/;
const noEffect =
  /^(on|once|off|close|dispose|release|destroy|bind|to|eval|train|load|ensure.*|warm.*|config|getGenerativeModel|model|dim|dimension|length|use|create(Client|Session)?|default|connect|extend|with[A-Z].*|(format|build|estimate|parse|render|validate)[A-Z].*|set(Options|Config|Timeout|Header.*)|getConfig|getOptions|preprocess|postprocess|decode|batchDecode|toString)$/;

/** What calling `method` on an object of this kind costs. */
export function effectOfMethod(service: Service, written: string, receiver: string): Verdict {
  const method = written === '__call__' ? 'call' : written.replace(forWaiting, '');
  if (service === 'plain') return null;
  const sure: Verdict = { effect: service, certain: true };
  // HTTP clients have sessions too, and some models tokenize.
  if (service === 'model' && /^(get|post|put|patch|delete|request)$/.test(method) && /session$/i.test(receiver)) return { effect: 'api', certain: true };
  if (service === 'model' && /^tokeni[sz]e$/.test(method)) return { effect: 'tokenizer', certain: true };
  if (service === 'model') return modelMethod.test(method) || onlyOfModels.test(method) ? sure : null;
  if (service === 'tokenizer') return tokenizerMethod.test(method) ? sure : null;
  if (service === 'io') return ioMethod.test(method) && !storePart.test(method) && !(/^[A-Z]/.test(receiver) && /^(create|open)$/.test(method)) ? sure : null;
  if (noEffect.test(method) && !(method === 'create' && receiver !== 'axios')) return null;
  return apiMethod.test(method) || llmWords.has(wordsOf(receiver).at(-1) ?? '') ? sure : null;
}

/** What running another program costs: those that are not waited for at once cost only if somebody waits. */
export function effectOfProcess(name: string, module: string): Verdict {
  const io = (certain: boolean): Verdict => ({ effect: 'io', certain });
  if (/^(node:)?child_process$/.test(module)) return /^(exec|execFile|spawn|fork)(Sync)?$/.test(name) ? io(name.endsWith('Sync')) : null;
  if (module === 'execa') return /^(execa|\$)/.test(name) ? io(/Sync$/.test(name)) : null;
  if (module === 'subprocess') return /^(run|call|checkCall|checkOutput|getoutput|getstatusoutput)$/.test(name) ? io(true) : null;
  if (module === 'asyncio') return /^createSubprocess/.test(name) ? io(false) : null;
  return module === 'os' && /^(system|popen)$/.test(name) ? io(true) : null;
}

// Classes whose methods are called as nothing else is.
const made: readonly (readonly [RegExp, RegExp, Effect])[] = [
  // The calls of a service by gRPC have the names that its interface gives them.
  [/[a-z]Stub$/, /^[A-Z]/, 'api'],
  // insightface
  [/^FaceAnalysis$/, /^get$/, 'model'],
];

/** What calling `method` on an object costs for the class that made it. */
export function effectOfMade(maker: string, method: string): Verdict {
  const found = made.find(([makers, methods]) => makers.test(maker) && methods.test(method));
  return found ? { effect: found[2], certain: true } : null;
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
  if (onlyOfModels.test(name.replace(forWaiting, ''))) return { effect: 'model', certain: true };
  if (/^a?[iI]nvoke$/.test(name)) return { effect: 'api', certain: true };
  return name === 'embed' ? { effect: 'model', certain: false } : null;
}

/** Objects that are often kept in memory: a call costs only if it is waited for. */
export function isMaybeStore(name: string): boolean {
  return /^(cache|store|repository|repo|registry|index|secrets|vault)$/.test(wordsOf(name).at(-1) ?? '');
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
  if (module !== null && httpModules.test(module) && !/^(is|set|get)[A-Z]/.test(name)) return sure('api');
  const process = module === null ? null : effectOfProcess(name, module);
  if (process) return process;
  if (module !== null && /timers\/promises$/.test(module)) return sure('io');
  if (module !== null && /^(node:)?fs(\/promises)?$/.test(module)) return sure('io');
  // A template with this tag is a query, where it is waited for.
  if (name === 'setTimeout' || name === 'sql') return maybe('io');
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
