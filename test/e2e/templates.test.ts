import { transcripts } from './suite.js';

// Each template works at the first try: create, lint, test, run and package in an empty folder.
transcripts('templates', 60_000);
