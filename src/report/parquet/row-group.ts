/** Writes the columns of a row group: of each a page with its levels and its values, behind their dictionary where they have one. */

import type { ColumnChunk, Encoding } from 'hyparquet';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { ByteWriter, type ParquetWriter } from 'hyparquet-writer/src/index.js';
import type { Column, Levels } from './column.ts';
import { DistinctNumbers } from './distinct-numbers.ts';
import { Snappy } from './snappy.ts';
import { bitsFor, type Desk, type Encoded } from './values.ts';

const nothing: Encoded = { encoding: 'PLAIN', statistics: {} };

export class RowGroupWriter {
  readonly #file: ParquetWriter;
  readonly #out: ByteWriter;
  readonly #snappy = new Snappy();
  readonly #levels: ByteWriter = new ByteWriter();
  readonly #desk: Desk = { dictionary: new ByteWriter(), data: new ByteWriter(), distinct: new DistinctNumbers() };

  /** The file writes into `out`, too. */
  constructor(file: ParquetWriter, out: ByteWriter) {
    this.#file = file;
    this.#out = out;
  }

  write(columns: readonly Column[], rows: number): void {
    const start = this.#out.offset;
    const chunks = columns.map((column) => this.#chunk(column, rows));
    this.#file.num_rows += BigInt(rows);
    this.#file.row_groups.push({
      columns: chunks,
      num_rows: BigInt(rows),
      total_byte_size: chunks.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
      total_compressed_size: BigInt(this.#out.offset - start),
    });
  }

  #chunk(column: Column, rows: number): ColumnChunk {
    const start = this.#out.offset;
    const { place, values, definitions } = column;
    const [known, all] = [values.count, definitions.count];
    for (const bytes of [this.#levels, this.#desk.dictionary, this.#desk.data]) bytes.index = bytes.offset = 0;
    const { encoding, entries, statistics } = known === 0 ? nothing : values.encode(this.#desk);
    const isPacked = isWorthPacking(encoding, this.#desk);
    const hasDictionary = entries !== undefined;
    const dictionaryBytes = hasDictionary ? this.#writeDictionary(entries, isPacked) : 0;
    const data = this.#out.offset;
    const dataBytes = this.#writeData(column, { rows, known, encoding, isPacked });
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: place.type,
        encodings: hasDictionary ? ['PLAIN', encoding] : [encoding],
        path_in_schema: place.path,
        codec: isPacked ? 'SNAPPY' : 'UNCOMPRESSED',
        num_values: BigInt(all),
        total_uncompressed_size: BigInt(dictionaryBytes + dataBytes),
        total_compressed_size: BigInt(this.#out.offset - start),
        data_page_offset: BigInt(data),
        ...(hasDictionary ? { dictionary_page_offset: BigInt(start) } : {}),
        statistics: { ...statistics, null_count: BigInt(all - known) },
        encoding_stats: [
          ...(hasDictionary ? [{ page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const] : []),
          { page_type: 'DATA_PAGE_V2', encoding, count: 1 },
        ],
      },
    };
  }

  /** @returns bytes of the page before they were packed */
  #writeDictionary(entries: number, isPacked: boolean): number {
    const out = this.#out;
    const plain = this.#desk.dictionary.getBytes();
    const packed = isPacked ? this.#snappy.packed(plain) : plain;
    const start = out.offset;
    writePageHeader(out, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: plain.length,
      compressed_page_size: packed.length,
      dictionary_page_header: { num_values: entries, encoding: 'PLAIN' },
    });
    const header = out.offset - start;
    out.appendBytes(packed);
    return header + plain.length;
  }

  /** @returns bytes of the page before they were packed; levels never are */
  #writeData({ definitions, repetitions }: Column, { rows, known, encoding, isPacked }: DataPage): number {
    const [out, to] = [this.#out, this.#levels];
    const all = definitions.count;
    const repetitionBytes = repetitions === undefined ? 0 : writeLevels(to, repetitions);
    const definitionBytes = writeLevels(to, definitions);
    const plain = this.#desk.data.getBytes();
    const packed = isPacked ? this.#snappy.packed(plain) : plain;
    const start = out.offset;
    writePageHeader(out, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: to.offset + plain.length,
      compressed_page_size: to.offset + packed.length,
      data_page_header_v2: {
        num_values: all,
        num_nulls: all - known,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: definitionBytes,
        repetition_levels_byte_length: repetitionBytes,
        is_compressed: true,
      },
    });
    const header = out.offset - start;
    out.appendBytes(to.getBytes());
    out.appendBytes(packed);
    return header + to.offset + plain.length;
  }
}

interface DataPage {
  readonly rows: number;
  readonly known: number;
  readonly encoding: Encoding;
  readonly isPacked: boolean;
}

/** Numbers as they are and texts; places, differences and runs are small already. */
function isWorthPacking(encoding: Encoding, { dictionary, data }: Desk): boolean {
  return encoding === 'PLAIN' ? data.index > 256 : dictionary.index > 4096;
}

/** @returns bytes */
function writeLevels(to: ByteWriter, levels: Levels): number {
  const { count, first, isUniform } = levels;
  const bytes = levels.take();
  if (!isUniform) return writeRleBitPackedHybrid(to, bytes, bitsFor(levels.most + 1));
  const start = to.offset;
  to.appendVarInt(count << 1);
  to.appendUint8(first);
  return to.offset - start;
}
