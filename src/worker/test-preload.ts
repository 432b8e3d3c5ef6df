/** Loaded before a plugin's own tests: gives `plugsmith/testing` the same models and tokenizers a worker has. */
import { hooks } from '../sdk/runtime.js';
import { createContext } from './context.js';

process.env['ORT_DISABLE_TELEMETRY'] = '1';
process.setSourceMapsEnabled(true);

hooks.createContext = ({ root, services }) =>
  createContext({
    root,
    threads: 1,
    ...services,
    supervisor: {
      ask: (method) => Promise.reject(new Error(`a test has no supervisor to ask for "${method}"`)),
      log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
      progress: () => undefined,
      alive: () => undefined,
      metric: () => undefined,
    },
  });
