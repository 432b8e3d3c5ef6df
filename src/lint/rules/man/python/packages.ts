/** Which names a Python plugin may import without declaring them, and what packages are called that are imported by another name. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** The standard library of Python 3.10 and later; names with an underscore in front belong to it as well. */
const standard = words(
  `abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2
  cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent
  configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis
  distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib
  functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr
  imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal
  math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode
  operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath
  pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource
  rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver
  spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable
  sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token
  tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv
  warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`,
);

/** The platform's own modules, the libraries that the service's plugin guide lists, and what comes with those. */
const provided = words(
  `engine shared mixpeek ray numpy pandas polars pyarrow torch torchvision torchaudio transformers sentence_transformers
  onnxruntime PIL cv2 imageio librosa soundfile ffmpeg requests httpx aiohttp pydantic pydantic_core pydantic_settings
  safetensors huggingface_hub tokenizers accelerate tqdm yaml scipy sklearn joblib numba regex jinja2 sympy networkx fsspec
  filelock packaging typing_extensions dateutil pytz six urllib3 certifi idna charset_normalizer anyio httpcore h11 sniffio
  multidict yarl frozenlist attr attrs aiosignal setuptools pkg_resources audioread soxr pooch lazy_loader threadpoolctl
  annotated_types decorator flatbuffers llvmlite markupsafe mpmath msgpack tzdata`,
);

/** Packages whose name does not tell what is imported. */
const otherNames: Readonly<Record<string, RegExp>> = {
  bs4: /^beautifulsoup4$/,
  Crypto: /^pycryptodomex?$/,
  cv2: /^opencv/,
  fitz: /^pymupdf/,
  google: /^(google|protobuf|grpcio)/,
  PIL: /^pillow/,
  skimage: /^scikitimage$/,
  sklearn: /^scikitlearn$/,
  yaml: /^(pyyaml|ruamel)/,
};

const plain = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '');

const nameOf = (requirement: string): string => plain(/^[\w.-]*/.exec(requirement)?.[0] ?? '');

/** Whether the name is there for every Python plugin, whatever it declares. */
export function isProvided(root: string): boolean {
  return standard.has(root) || provided.has(root) || root.startsWith('_');
}

/** Whether it is known what a requirement brings, without a look at what is imported. */
export function isWellKnown(requirement: string): boolean {
  const name = nameOf(requirement);
  return [...provided].some((one) => plain(one) === name) || Object.values(otherNames).some((pattern) => pattern.test(name)) || /^(ffmpegpython|pythondateutil)$/.test(name);
}

/**
 * Whether a requirement (`python-docx>=1.1`) may be what brings a module: its name has the module's name in it, or is
 * known to bring it.
 */
export function mayBring(requirement: string, root: string): boolean {
  const name = nameOf(requirement);
  return name.includes(plain(root)) || (otherNames[root]?.test(name) ?? false);
}
