import { describe, expect, it } from 'vitest';
import { createEnvironmentScript } from './environment-script.ts';

describe('an environment as a script', () => {
  it('quotes every value whole', () => {
    expect(createEnvironmentScript({ A: `it's $HOME`, B: '', C: 'two\nlines' }).text).toBe(
      `export A='it'\\''s $HOME'\nexport B=''\nexport C='two\nlines'\n`,
    );
  });

  it('leaves names that shells keep for themselves to env(1)', () => {
    const { text, argvPrefix } = createEnvironmentScript({ UID: '7', OPTIND: 'x', A: 'b' });
    expect(text).toBe(`export A='b'\n`);
    expect(argvPrefix).toEqual(['/usr/bin/env', 'UID=7', 'OPTIND=x']);
    expect(createEnvironmentScript({ A: 'b' }).argvPrefix).toEqual([]);
  });
});
