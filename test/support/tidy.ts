/** Run by vitest before each test file, also where files share a process. */
import { afterAll } from 'vitest';
import { removeTemporary } from './temporary.js';

afterAll(removeTemporary);
