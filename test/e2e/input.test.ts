import { transcripts } from './suite.js';

transcripts('input');
