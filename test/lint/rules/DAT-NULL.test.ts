import { call, pluginTable, pythonManifest, step, type PluginCase } from './plugin.helpers.js';
import { manifest } from './MAN.helpers.js';

const core = 'processors/core.ts';
const body = (code: string) => ({ [core]: step(code) });
const column = `batch.column('data').toArray()`;

const ts: PluginCase[] = [
  ['the column, given to the model', body(`return batch.withColumn('e', this.model.encode(${column}));`), [3]],
  ['the column in a variable', body(`const texts = ${column}; return batch.withColumn('e', this.model.encode(texts));`), [3]],
  ['the column, given to a tokenizer', body(`const ids = this.tokenizer.encodeBatch(${column}); return batch.withColumn('e', ids);`), [3]],
  ['a tokenizer that is called', body(`const ids = tokenizer(${column}); return batch.withColumn('e', ids);`), [3]],
  ['a method of each text', body(`return batch.withColumn('n', ${column}.map((text) => text.toLowerCase()));`), [3]],
  ['the length of each text', body(`return batch.withColumn('n', ${column}.map((text) => text.length));`), [3]],
  ['a loop', body(`const out = []; for (const text of ${column}) out.push(text.trim()); return batch.withColumn('n', out);`), [3]],
  ['a loop with positions', body(`const out = []; for (const [i, text] of ${column}.entries()) out[i] = text.trim(); return batch.withColumn('n', out);`), [3]],
  ['a copy of the column', body(`const texts = [...batch.column('data')]; return batch.withColumn('e', this.model.encode(texts));`), [3]],
  ['the text of each row', body(`return batch.withColumn('n', batch.toArray().map((row) => row.data.trim()));`), [3]],
  ['the text of each row, by its key', body(`const out = []; for (const row of batch.rows()) out.push(row['data'].length); return batch.withColumn('n', out);`), [3]],
  ['the text of each row, taken out', body(`return batch.withColumn('n', batch.toArray().map(({ data }) => data.trim()));`), [3]],
  ['the text of a row by its position', body(`const rows = batch.toArray(); const out = []; for (let i = 0; i < rows.length; i++) out.push(rows[i].data.length); return batch.withColumn('n', out);`), [3]],
  ['values', body(`return batch.withColumn('e', this.model.encode(batch.column('data').values));`), [3]],
  ['a check of how many there are', body(`const texts = ${column}; if (texts.length === 0) return batch; return batch.withColumn('e', this.model.encode(texts));`), [3]],
  ['a default', body(`return batch.withColumn('e', this.model.encode(${column}.map((text) => text ?? '')));`), []],
  ['another default', body(`return batch.withColumn('e', this.model.encode(${column}.map((text) => text || ' ')));`), []],
  ['an optional call', body(`return batch.withColumn('n', ${column}.map((text) => text?.toLowerCase()));`), []],
  ['an optional length', body(`return batch.withColumn('n', ${column}.map((text) => text?.length));`), []],
  ['a comparison with null', body(`return batch.withColumn('n', ${column}.map((text) => (text === null ? null : text.length)));`), []],
  ['a condition', body(`const out = []; for (const text of ${column}) { if (!text) continue; out.push(text.length); } return batch.withColumn('n', out);`), []],
  ['String', body(`return batch.withColumn('e', this.model.encode(${column}.map(String)));`), []],
  ['a template', body('return batch.withColumn(\'e\', this.model.encode(' + column + '.map((text) => `passage: ${text}`)));'), []],
  ['a filter', body(`const texts = ${column}.filter(Boolean); return batch.withColumn('e', this.model.encode(texts));`), []],
  ['a batch without the rows that lack one', body(`const kept = batch.filter((row) => row['data'] !== null); return batch.withColumn('n', this.spread(kept, this.model.encode(kept.column('data').toArray())));`), []],
  ['a condition on the text of each row', body(`const out = []; for (const row of batch.rows()) { if (!row.data) continue; out.push(row.data.length); } return batch.withColumn('n', out);`), []],
  ['a default for the text of each row', body(`return batch.withColumn('n', batch.toArray().map((row) => (row['data'] ?? '').trim()));`), []],
  ['a default where it is taken out', body(`return batch.withColumn('n', batch.toArray().map(({ data = '' }) => data.trim()));`), []],
  ['an optional call on the text of each row', body(`return batch.withColumn('n', batch.toArray().map((row) => row.data?.trim()));`), []],
  ['something else of each row', body(`return batch.withColumn('n', batch.toArray().map((row) => row.customer.trim()));`), []],
  ['rows that are taken', body(`const kept = batch.take(this.present(batch)); return batch.withColumn('n', this.spread(kept, this.model.encode(kept.column('data').toArray())));`), []],
  ['a look at nulls', body(`const texts = batch.column('data'); if (texts.nulls) return batch; return batch.withColumn('e', this.model.encode(texts.toArray()));`), []],
  ['errors that are caught', body(`try { return batch.withColumn('e', this.model.encode(${column})); } catch { return batch; }`), []],
  ['a helper of its own', body(`return batch.withColumn('e', this.model.encode(clean(${column})));`), []],
  ['many items at a time', body(`return batch.withColumn('e', parallelIo(${column}, (url) => download(url)));`), []],
  ['another column', body(`return batch.withColumn('e', this.model.encode(batch.column('document_id').toArray()));`), []],
  ['images', { 'manifest.ts': manifest({ supported_input_types: `['image']` }), ...body(`return batch.withColumn('e', this.model.encode(${column}));`) }, []],
];

const pyBody = (...lines: string[]) => ({ 'processors/core.py': call(...lines, 'return batch') });
const py: PluginCase[] = [
  ['rows without a text dropped', { 'processors/core.py': call('kept = batch.dropna(subset=["data"])', 'batch.loc[kept.index, "e"] = self._model.encode(kept["data"].tolist())', 'return batch') }, []],
  ['the column, given to the model', pyBody('batch["e"] = self._model.encode(batch["data"].tolist()).tolist()'), [3]],
  ['the column in a variable', pyBody('texts = batch["data"].tolist()', 'batch["e"] = self._model.encode(texts, batch_size=32)'), [4]],
  ['a tokenizer that is called', pyBody('texts = batch["data"].tolist()', 'inputs = self._tokenizer(texts, padding=True)'), [4]],
  ['list of a column', pyBody('batch["e"] = self._model.encode(list(batch["data"]))'), [3]],
  ['the column of a copy', pyBody('df = batch.copy()', 'batch["e"] = self._model.encode(df["data"].tolist())'), [4]],
  ['a method of each text', pyBody('batch["n"] = [text.lower() for text in batch["data"]]'), [3]],
  ['a method of each text in apply', pyBody('batch["n"] = batch["data"].apply(lambda text: text.split())'), [3]],
  ['the text of each row', pyBody('out = []', 'for _, row in batch.iterrows():', '    out.append(row["data"].lower())', 'batch["n"] = out'), [5]],
  ['len of each text', pyBody('batch["n"] = [len(text) for text in batch["data"]]'), [3]],
  ['fillna', pyBody('batch["e"] = self._model.encode(batch["data"].fillna("").tolist())'), []],
  ['fillna, put back first', pyBody('batch["data"] = batch["data"].fillna("")', 'batch["e"] = self._model.encode(batch["data"].tolist())'), []],
  ['or', pyBody('batch["e"] = self._model.encode([text or "" for text in batch["data"]])'), []],
  ['a condition', pyBody('batch["n"] = [len(text) if text else 0 for text in batch["data"]]'), []],
  ['a filter in a comprehension', pyBody('texts = [text.lower() for text in batch["data"] if text]'), []],
  ['is None', pyBody('batch["n"] = [0 if text is None else len(text) for text in batch["data"]]'), []],
  ['a default for the text of each row', pyBody('out = []', 'for _, row in batch.iterrows():', '    out.append(row.get("data", "").lower())', 'batch["n"] = out'), []],
  ['isna', pyBody('mask = batch["data"].isna()', 'batch["e"] = self._model.encode(batch["data"].tolist())'), []],
  ['a mask written in place', pyBody('kept = batch[batch["data"].notna()]', 'batch.loc[kept.index, "e"] = self._model.encode(kept["data"].tolist())'), []],
  ['astype', pyBody('batch["e"] = self._model.encode(batch["data"].astype(str).tolist())'), []],
  ['str', pyBody('batch["e"] = self._model.encode([str(text) for text in batch["data"]])'), []],
  ['an f-string', pyBody('batch["e"] = self._model.encode([f"passage: {text}" for text in batch["data"]])'), []],
  ['errors that are caught', pyBody('try:', '    batch["e"] = self._model.encode(batch["data"].tolist())', 'except ValueError:', '    pass'), []],
  ['methods of the column, which pass nulls on', pyBody('batch["n"] = batch["data"].str.len()'), []],
  ['parallel_io', pyBody('got = parallel_io(batch["data"].tolist(), self._load, 8)'), []],
  ['images', { 'manifest.py': pythonManifest('supported_input_types = ["image"]'), ...pyBody('batch["e"] = self._model.encode(batch["data"].tolist())') }, []],
];

pluginTable('DAT-NULL', { ts, py });
