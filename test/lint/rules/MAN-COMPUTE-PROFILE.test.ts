import { manifest, table } from './MAN.helpers.js';

const profile = (source: string) => manifest({ compute_profile: source });

table('MAN-COMPUTE-PROFILE', {
  valid: {
    'an empty profile': profile('{}'),
    'every field': profile(`{ resource_type: 'gpu', batch_size: 32, max_concurrency: 1, actor_memory_gb: 2.5, gpu_memory_gb: 8 }`),
    'a small batch on a CPU': profile(`{ resource_type: 'cpu', batch_size: 1 }`),
    'no GPU memory, said': profile('{ gpu_memory_gb: null }'),
    'GPU memory of a type that is not known': profile('{ resource_type: type(), gpu_memory_gb: 8 }'),
    'GPU memory beside an unknown spread': profile('{ ...base(), gpu_memory_gb: 8 }'),
  },
  invalid: {
    'another type': { code: profile(`{ resource_type: 'tpus' }`), at: ['8:37'] },
    cuda: { code: profile(`{ resource_type: 'cuda' }`), at: ['8:37'], fixed: profile(`{ resource_type: 'gpu' }`) },
    capitals: { code: profile(`{ resource_type: 'CPU' }`), at: ['8:37'], fixed: profile(`{ resource_type: 'cpu' }`) },
    'a batch of nothing': { code: profile('{ batch_size: 0 }'), at: ['8:34'] },
    'half a row': { code: profile('{ batch_size: 1.5 }'), at: ['8:34'] },
    'a batch size as text': { code: profile(`{ batch_size: '64' }`), at: ['8:34'] },
    'no workers': { code: profile('{ max_concurrency: 0 }'), at: ['8:39'] },
    'no memory': { code: profile('{ actor_memory_gb: 0 }'), at: ['8:39'] },
    'GPU memory on a CPU': { code: profile(`{ resource_type: 'cpu', gpu_memory_gb: 8 }`), at: ['8:44'] },
    'GPU memory on the default type': { code: profile('{ gpu_memory_gb: 8 }'), at: ['8:22'] },
    'GPU memory with an API': { code: profile(`{ resource_type: 'api', gpu_memory_gb: 8 }`), at: ['8:44'] },
    'camelCase': { code: profile('{ batchSize: 64 }'), at: ['8:22'], fixed: profile('{ batch_size: 64 }') },
    'a key with another name': { code: profile('{ memory_gb: 4 }'), at: ['8:22'], fixed: profile('{ actor_memory_gb: 4 }') },
    'an unknown key': { code: profile('{ colour: 4 }'), at: ['8:22'] },
    'a text': { code: profile(`'cpu'`), at: ['8:20'] },
  },
});
