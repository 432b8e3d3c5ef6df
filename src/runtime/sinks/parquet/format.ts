/** Parquet out: pages of one fixed number of rows, row groups of about 32 MiB, the footer at the end. */
import type { ColumnChunk, RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { Block } from '../../../protocol/index.js';
import type { JournalField } from '../../journal/index.js';
import type { Format } from '../index.js';
import { Reblocker } from '../reblock.js';
import { encodePage } from './page.js';
import { columnPath, physicalType, schemaElements } from './schema.js';

/** As many rows as the largest frame has, so that most frames become pages uncopied; fewer where rows are large. */
const PAGE = { rows: 1024, bytes: 16 * 1024 * 1024 };
/** A row group is held until it is complete: in the file, all pages of a column stand together. */
const GROUP = { pages: 128, bytes: 32 * 1024 * 1024 };
const MAGIC = new TextEncoder().encode('PAR1');

interface OpenChunk {
  chunks: Uint8Array[];
  bytes: number;
  values: number;
  nulls: number;
}

export function parquetFormat(fields: readonly JournalField[]): Format {
  const pages = new Reblocker(fields, PAGE);
  const groups: RowGroup[] = [];
  let open = emptyGroup(fields);
  let offset = 0;

  const out = (...chunks: Uint8Array[]): Uint8Array[] => {
    for (const chunk of chunks) offset += chunk.byteLength;
    return chunks;
  };
  const addPage = (block: Block): void => {
    for (const [i, column] of block.columns.entries()) {
      const chunk = open.columns[i] as OpenChunk;
      const page = encodePage(column);
      chunk.chunks.push(...page.chunks);
      chunk.bytes += page.bytes;
      chunk.values += page.values;
      chunk.nulls += page.nulls;
      open.bytes += page.bytes;
    }
    open.rows += block.rows;
    open.pages++;
  };
  const closeGroup = (): Uint8Array[] => {
    const start = offset;
    const written: Uint8Array[] = [];
    const columns = fields.map((field, i): ColumnChunk => {
      const chunk = open.columns[i] as OpenChunk;
      const at = offset;
      written.push(...out(...chunk.chunks));
      return describeChunk(field, chunk, at);
    });
    groups.push({ columns, total_byte_size: BigInt(offset - start), total_compressed_size: BigInt(offset - start), num_rows: BigInt(open.rows) });
    open = emptyGroup(fields);
    return written;
  };
  const begin = (): Uint8Array[] => (offset === 0 ? out(MAGIC) : []);

  return {
    push(block) {
      const written = begin();
      for (const page of pages.push(block)) {
        addPage(page);
        if (open.pages >= GROUP.pages || open.bytes >= GROUP.bytes) written.push(...closeGroup());
      }
      return written;
    },
    end() {
      const written = begin();
      const rest = pages.rest();
      if (rest !== null) addPage(rest);
      if (open.rows > 0) written.push(...closeGroup());
      written.push(...out(footer(fields, groups), MAGIC));
      return written;
    },
  };
}

function emptyGroup(fields: readonly JournalField[]): { columns: OpenChunk[]; rows: number; pages: number; bytes: number } {
  return { columns: fields.map(() => ({ chunks: [], bytes: 0, values: 0, nulls: 0 })), rows: 0, pages: 0, bytes: 0 };
}

function describeChunk(field: JournalField, { bytes, values, nulls }: OpenChunk, at: number): ColumnChunk {
  return {
    file_offset: BigInt(at),
    meta_data: {
      type: physicalType(field.type), encodings: ['PLAIN', 'RLE'], path_in_schema: columnPath(field), codec: 'UNCOMPRESSED', num_values: BigInt(values),
      total_uncompressed_size: BigInt(bytes), total_compressed_size: BigInt(bytes), data_page_offset: BigInt(at), statistics: { null_count: BigInt(nulls) },
    },
  };
}

function footer(fields: readonly JournalField[], groups: RowGroup[]): Uint8Array {
  const writer = new ByteWriter(64 * 1024);
  const rows = groups.reduce((sum, group) => sum + group.num_rows, 0n);
  writeMetadata(writer, { version: 2, created_by: 'plugsmith', schema: schemaElements(fields), num_rows: rows, row_groups: groups, metadata_length: 0 });
  return writer.getBytes();
}
