import { transcripts } from './suite.js';

transcripts('failures');
