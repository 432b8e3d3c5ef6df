import { manifest, table } from './MAN.helpers.js';

const types = (source: string) => manifest({ supported_input_types: source });

table('MAN-INPUT-TYPES', {
  valid: { 'every type': types(`['text', 'image', 'video', 'audio', 'pdf']`), 'an empty list': types('[]'), 'what is not known': types('[...others, kind]') },
  invalid: {
    document: { code: types(`['text', 'document']`), at: ['8:35'], fixed: types(`['text', 'pdf']`) },
    'a plural': { code: types(`['images']`), at: ['8:27'], fixed: types(`['image']`) },
    'another type': { code: types(`['hologram']`), at: ['8:27'] },
    'a text for the list': { code: types(`'text'`), at: ['8:26'] },
    'a number': { code: types('[1]'), at: ['8:27'] },
  },
});
