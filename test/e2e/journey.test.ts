import { transcripts } from './suite.js';

// From create to package in under a minute, whatever the machine is doing.
transcripts('journey', 60_000);
