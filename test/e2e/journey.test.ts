import { transcripts } from './suite.js';

transcripts('journey');
