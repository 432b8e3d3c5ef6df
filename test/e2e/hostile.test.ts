import { transcripts } from './suite.js';

transcripts('hostile');
