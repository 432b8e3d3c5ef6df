import { describe, expect, it } from 'vitest';
import type { Installed, NativeName } from '../../../src/native/index.js';
import { createNative } from '../../../src/runtime/services/native.js';

function installer() {
  const asked: string[] = [];
  const install = async (name: NativeName): Promise<Installed> => {
    asked.push(name);
    await Promise.resolve();
    return { name, version: '9.9.9', path: '/x', installed: true };
  };
  return { asked, install };
}

describe('native', () => {
  it('shares one install among askers and announces it', async () => {
    const { asked, install } = installer();
    const lines: string[] = [];
    const native = createNative({ install, announce: (line) => lines.push(line) });
    const answers = await Promise.all([native('sharp'), native('sharp'), native('onnxruntime-node')]);
    expect(answers.map(({ version }) => version)).toEqual(['9.9.9', '9.9.9', '9.9.9']);
    expect(asked).toEqual(['sharp', 'onnxruntime-node']);
    expect(lines.filter((line) => line.includes('sharp'))).toHaveLength(2);
  });

  it('asks once, and installs nothing when refused', async () => {
    const { asked, install } = installer();
    let questions = 0;
    const native = createNative({ install, confirmInstall: async () => (questions++, false) });
    const results = await Promise.allSettled([native('sharp'), native('sharp')]);
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(['native-missing', 'native-missing']);
    expect([questions, asked.length]).toEqual([1, 0]);
  });

  it('knows only its own names', () => {
    expect(() => createNative({})('left-pad')).toThrow(expect.objectContaining({ code: 'native-unknown' }));
  });
});
