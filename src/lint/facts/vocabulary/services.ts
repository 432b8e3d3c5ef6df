/** What objects are for, told by their names, types and makers. */
import { set, wordsOf } from './words.js';

/** What a call costs: a model, a tokenizer, a service over the network, or waiting for a disk, a store or a clock. */
export type Effect = 'model' | 'tokenizer' | 'api' | 'io';

/** What an object is for. `plain` is known to be harmless, whatever its methods are called. */
export type Service = Effect | 'plain';

const plainTypes = set(
  `TextEncoder TextDecoder Map Set WeakMap WeakSet RegExp Date URL URLSearchParams Error Buffer Uint8Array Float32Array
  Int32Array BigInt64Array Array Headers FormData AbortController Intl JSON Math Object Number String Boolean Symbol
  Tensor Hash console Atomics Reflect BigInt JSONEncoder`,
);

/** Work on words by rules: fast, and one text at a time. */
const plainModules = /^(compromise|natural|wink-nlp)(\/|$)/;

/** What encoders are called that only write a value in another way. */
const plainEncoders = set('text label ordinal hot json html url base64 hex');

const tokenizerWords = set('tokenizer tokeniser tok tokenizers tiktoken bpe wordpiece sentencepiece encoding');
const ioWords = set(
  `kv keyv redis s3 storage db database bucket minio gcs mongo postgres pg sqlite sql dynamo dynamodb memcached ftp sftp
  assets fs ffmpeg ffprobe disk prisma knex collection blobs boto3 botocore aioboto3 psycopg psycopg2 asyncpg sqlite3
  pymongo motor sqlalchemy aioredis gcsfs s3fs fsspec paramiko cursor elasticsearch opensearch qdrant pinecone
  weaviate chromadb milvus supabase firestore neo4j`,
);
export const llmWords = set(
  `llm vlm llms gpt openai anthropic claude gemini cohere mistral groq ollama bedrock vertex vertexai genai replicate
  ai langchain chat assistant hf huggingface litellm`,
);
const apiWords = set('http https axios client api fetcher undici ky got superagent gateway rest endpoint needle requests httpx aiohttp urllib3');
const modelWords = set(
  `model session embedder classifier detector captioner transcriber reranker ranker predictor pipe encoder network net ner
  clip clap bert whisper onnx vit yolo scorer summarizer summariser vectorizer recognizer inference segmenter generator
  translator extractor embeddings embedding models nlp spacy clf regressor siglip blip resnet llama fasttext cnn lstm`,
);

const makerVerbs = set('create make build get load init new use open connect from to is has set with parse define register ensure format render print describe count check pick');

/** What an object with this name, and nothing else known of it, is taken for. */
export function serviceOfName(name: string): Service | null {
  if (plainTypes.has(name)) return 'plain';
  const words = wordsOf(name);
  const last = words.at(-1);
  // `createClient`, `encodingForModel`: these make such a thing, and are none.
  if (last === undefined || (words.length > 1 && (makerVerbs.has(words[0] as string) || words.includes('for')))) return null;
  if (last === 'encoder' && words.some((word) => plainEncoders.has(word))) return 'plain';
  if (tokenizerWords.has(last)) return last === 'encoding' ? null : 'tokenizer';
  if (words.some((word) => ioWords.has(word))) return 'io';
  if (llmWords.has(last) || (/^(client|service|provider)$/.test(last) && words.some((word) => llmWords.has(word)))) return 'api';
  if (apiWords.has(last)) return 'api';
  return modelWords.has(last) ? 'model' : null;
}

/** Whether a function gives a model or a tokenizer, whatever it is asked for: `loadModel(language)`, `pipeline(task, name)`. */
export function givesModel(name: string): boolean {
  return /^(pipeline|(load|get|create|make|build|open)\w*(Model|Session|Pipeline|Tokenizer|Embedder|Classifier|Detector|Translator|Reranker|Extractor))$/.test(name);
}

/** What an object is for that a module exports whole: `fs` whatever it is called here. */
export function serviceOfModule(module: string): Service | null {
  return /^(node:)?fs(\/promises)?$/.test(module) ? 'io' : null;
}

/** Whether modules have functions of this name that are no models: `np.clip(x, 0, 1)`, `R.pipe(f, g)`. */
export function isFunctionOfModules(name: string): boolean {
  return name === 'clip' || name === 'pipe';
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
  if (plainTypes.has(name) || plainModules.test(module)) return 'plain';
  if (!/^[./]/.test(module) && wordsOf(module).some((word) => ioWords.has(word) && word !== 'fs')) return 'io';
  const words = wordsOf(name);
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has('config', 'options', 'error', 'result', 'output', 'outputs', 'request', 'response', 'info')) return null;
  if (words.at(-1) === 'encoder' && words.some((word) => plainEncoders.has(word))) return 'plain';
  if (words.some((word) => tokenizerWords.has(word)) || name === 'getEncoding' || /^SentencePiece/.test(name)) return 'tokenizer';
  if (/^encodingFor|^getEncodingFor/.test(name)) return 'tokenizer';
  if (words.some((word) => ioWords.has(word))) return 'io';
  if (/^load\w*Model$/.test(name)) return 'model';
  if (words.some((word) => llmWords.has(word)) || has('llm')) return 'api';
  if (has('axios', 'client', 'http', 'agent', 'api', 'pool') && !has('thread')) return 'api';
  if (/[a-z]Stub$/.test(name)) return 'api';
  if (name === 'FaceAnalysis') return 'model';
  // What a network class of one's own is derived from.
  if (/^(Lightning)?Module$/.test(name)) return 'model';
  if (/^Predict/.test(name) || has('model', 'session', 'pipeline', 'embedder', 'embeddings', 'transformer', 'transformers', 'classifier', 'onnx', 'detector', 'captioner', 'transcriber', 'reranker', 'encoder', 'predictor')) {
    return 'model';
  }
  return null;
}
