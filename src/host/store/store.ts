/** One thin wrapper around SQLite. Values are bound as arrays, whole numbers as integers; transactions nest by joining. */
import type Libsql from 'libsql';
import { Failure, messageOf, systemCode } from '../../errors/index.js';

/** What a column holds. Bytes are stored as text (hex or base64), because the driver reads them back in two ways. */
export type Value = string | number | null;

/** A schema change. Runs in one transaction with all others that are due; never changed once released. */
export interface Migration {
  /** From 1, in order of application, without gaps over all modules together. */
  number: number;
  name: string;
  sql: string;
}

/** A transaction that could not be made durable. The host stops: what it would say from then on might not be true. */
export class StoreBroken extends Error {
  override readonly name = 'StoreBroken';
}

export class Store {
  private depth = 0;
  private readonly statements = new Map<string, Libsql.Statement>();

  private constructor(
    private readonly db: Libsql.Database,
    /** Absolute path of the database file. */
    readonly file: string,
  ) {}

  /** Opens or creates a database file, with a write-ahead log and every commit on disk before it returns. */
  static async open(file: string): Promise<Store> {
    const { default: Database } = await import('libsql');
    try {
      const db = new Database(file);
      for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'busy_timeout = 5000']) db.pragma(setting);
      return new Store(db, file);
    } catch (error) {
      throw broken(file, error);
    }
  }

  /** All rows. @typeParam T the columns as the statement names them */
  all<T>(sql: string, ...values: Value[]): T[] {
    return this.guard(() => this.prepared(sql).all(values.map(bind)) as T[]);
  }

  /** The first row, or undefined. */
  get<T>(sql: string, ...values: Value[]): T | undefined {
    return this.all<T>(sql, ...values)[0];
  }

  /** Runs a statement that gives no rows; the number of rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return this.guard(() => Number(this.prepared(sql).run(values.map(bind)).changes));
  }

  /** Several statements without values. */
  exec(sql: string): void {
    this.guard(() => this.db.exec(sql));
  }

  /** Runs `work` whole or not at all. Inside another transaction it becomes part of that one. Synchronous by design: nothing interleaves. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.exec('BEGIN IMMEDIATE');
    this.depth += 1;
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.inTransaction) this.exec('ROLLBACK');
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  close(): void {
    this.db.close();
  }

  /** Preparing costs more than most statements; there are as many as the program's texts. */
  private prepared(sql: string): Libsql.Statement {
    const known = this.statements.get(sql) ?? this.db.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (/^SQLITE_(IOERR|CORRUPT|NOTADB)/.test(code)) throw new StoreBroken(`${this.file}: ${messageOf(error)} (${code})`, { cause: error });
      throw error;
    }
  }
}

/** Whether a statement failed because a row of that key is there already. */
export function isConflict(error: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)/.test(systemCode(error) ?? '');
}

/** The driver binds numbers as REAL, so whole ones go as BigInt. */
function bind(value: Value): string | number | bigint | null {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function broken(file: string, error: unknown): Failure {
  return new Failure({
    code: 'host-state',
    message: `The host's database ${file} cannot be opened: ${messageOf(error)}`,
    why: 'Everything that the host knows is in it.',
    next: 'Check the disk and the permissions of the folder, or put back a copy: plugin host restore FILE',
    cause: error,
  });
}
