/** What comes of a plugin's own tests, whatever runs them. */
export interface OwnTests {
  files: string[];
  passed: number;
  failed: number;
  skipped: number;
  /** What the test runner printed. */
  output: string;
}
