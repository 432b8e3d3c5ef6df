import { manifest, table } from './MAN.helpers.js';

const input = (source: string) => manifest({ input_schema: source });

table('MAN-INPUT-SCHEMA', {
  valid: {
    'one required key': input('z.object({ text: z.string(), title: z.string().optional() })'),
    'two required keys': input('z.object({ text: z.string(), title: z.string() })'),
    'no schema': manifest({ input_schema: null }),
    'an empty schema': input('z.object({})'),
    'a key that is not known': input('z.object({ text: z.string().optional(), when: z.date() })'),
    'JSON Schema': input(`{ type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }`),
  },
  invalid: {
    'only optional keys': { code: input('z.object({ text: z.string().optional() })'), at: ['5:17'] },
    'only keys that may be null or absent': { code: input('z.object({ text: z.string().nullish() })'), at: ['5:17'] },
    'only keys with defaults': { code: input(`z.object({ text: z.string().default('') })`), at: ['5:17'] },
    'optional keys, described': { code: input(`z.object({ text: z.string().optional().describe('The text') })`), at: ['5:17'] },
    'JSON Schema without required': { code: input(`{ type: 'object', properties: { text: { type: 'string' } } }`), at: ['5:17'] },
  },
});
