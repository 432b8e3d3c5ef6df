/** A Python with the readers and writers of tables that users have. */
import { testPython } from './python.js';

export const tables = testPython('tables', ['pyarrow==22.0.0', 'pandas==2.3.3', 'duckdb==1.4.2', 'numpy==2.2.6']);
