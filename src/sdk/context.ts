/** What plugin code is handed: the `container` of `buildSteps`, the second argument of a processor. */

/** Arrays of numbers that a tensor may hold; a tensor has the element type of its array. */
export type TypedArray =
  | Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

/** Numbers with a shape, row-major. `data.length` is the product of `dims`. */
export interface Tensor<T extends TypedArray = TypedArray> {
  data: T;
  dims: readonly number[];
}

/** A loaded ONNX model. Its sessions are cached per worker. */
export interface OnnxModel {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * One call on a whole batch.
   * @param feeds one tensor per input name; the element type follows the typed array (BigInt64Array is int64).
   * @returns one tensor per output name.
   * @throws Error naming the inputs the model has when names, types or dimensions do not fit.
   */
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor<Float32Array>>>;
}

/** Texts as a model takes them. */
export interface Encoded {
  /** int64, `[texts, longest]`, padded at the end. */
  input_ids: Tensor<BigInt64Array>;
  /** int64, same shape: 1 for a token, 0 for padding. */
  attention_mask: Tensor<BigInt64Array>;
}

/** A loaded `tokenizer.json`. */
export interface Tokenizer {
  /** Tokenises all texts in one call. Longer texts are cut to `maxLength` tokens (512 unless told). */
  encodeBatch(texts: readonly string[], options?: { maxLength?: number }): Encoded;
  /** Token ids of one text. For a batch of rows use `encodeBatch`. */
  encode(text: string): number[];
}

/** Which file of a model on the hub. */
export interface HubFile {
  /** Path inside of the model; `onnx/model.onnx` or `tokenizer.json` unless told. */
  file?: string;
  /** A branch, a tag or a commit; `main` unless told. Name a commit where results must not change by themselves. */
  revision?: string;
}

/** Models of the plugin and of the hub, loaded once per worker. */
export interface Models {
  /**
   * Loads a model once per worker: a path in the plugin's folder, or `ORG/NAME` of the hub.
   * With `file` or `revision` the first argument is a name on the hub in any case.
   * @throws when missing, not to be had, or not a model.
   */
  onnx(path: string, hub?: HubFile): Promise<OnnxModel>;
  /** Loads a `tokenizer.json` once per worker: a path in the plugin's folder, or `ORG/NAME` of the hub. */
  tokenizer(path: string, hub?: HubFile): Promise<Tokenizer>;
  /** A local path of any file of a model on the hub. Read it, do not change it. */
  hubFile(id: string, file: string, options?: { revision?: string }): Promise<string>;
}

/** A picture as numbers; width and height in pixels. */
export interface DecodedImage {
  /** RGB, three bytes a pixel, row-major. */
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Where a picture is: a path (relative ones from the plugin's folder), a `file:`, `http:`, `https:` or `data:` URL, or
 * the bytes of the file themselves.
 */
export type ImageSource = string | Uint8Array;

/** Pictures as numbers. */
export interface Images {
  /**
   * Decodes one picture and, when asked, resizes it (cover). For a batch of rows use `decodeBatch`.
   * @throws Error when it is no picture, or has more than 100 million pixels.
   */
  decode(source: ImageSource, options?: { width?: number; height?: number }): Promise<DecodedImage>;
  /**
   * Decodes many pictures at a time and resizes each (cover).
   * @returns bytes, `[pictures, height, width, 3]`, in the order of the sources.
   * @throws Error of the first picture that cannot be had, naming it.
   */
  decodeBatch(sources: readonly (ImageSource | null)[], size: { width: number; height: number }): Promise<Tensor<Uint8Array>>;
}

/** One question to a language model. */
export interface LlmRequest {
  instruction: string;
  /** What the instruction is about, kept apart from it. */
  text?: string;
  /** Paths or addresses of pictures. */
  images?: readonly string[];
  /** The first that has a key, unless told. */
  provider?: 'google' | 'openai' | 'anthropic' | (string & {});
  /** A name of the provider's; its usual model unless told. */
  model?: string;
  /** JSON Schema of the wanted answer. */
  schema?: Record<string, unknown>;
}

/** What a language model answered. */
export interface LlmResponse<T = unknown> {
  /** Parsed JSON when a schema was given, else the text. */
  data: T;
  text: string;
}

/** Language models. The supervisor makes the call: plugin code needs no key. */
export interface Llm {
  /** @throws Error when no provider is configured or the call fails. */
  generate<T = unknown>(request: LlmRequest): Promise<LlmResponse<T>>;
}

/** Secrets that were given to the run with `--secret` or `--env-file`, or are stored on the host. */
export interface Secrets {
  /** @throws Error naming how to provide it when the secret does not exist. */
  get(name: string): Promise<string>;
  /** Names only. */
  list(): Promise<string[]>;
}

/** Lines of the run's log, each with the step that wrote it. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Files behind addresses in rows. */
export interface Assets {
  /** A local path for `url`; call `release` when done, which removes it if it was temporary. */
  open(url: string, suffix?: string): Promise<{ path: string; release(): Promise<void> }>;
}

/** Everything a plugin may use of the process it runs in. */
export interface Context {
  readonly models: Models;
  readonly images: Images;
  readonly assets: Assets;
  readonly llm: Llm;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** Tells the run how far a long step is. */
  progress(note: string): void;
  /** Sums, by name, in the run's report. */
  metrics: { count(name: string, value?: number): void };
}

/** What `buildSteps` gets first. */
export interface ExtractorRequest<Parameters = Record<string, unknown>> {
  extractor_config: {
    feature_extractor_name: string;
    version: string;
    /** Parsed by `parameter_schema`, defaults applied. */
    parameters: Parameters;
  };
}
