import { transcripts } from './suite.js';

transcripts('plugin');
