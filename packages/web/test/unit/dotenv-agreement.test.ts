import { describe, expect, test } from 'vitest';
import { parseDotenv as parseOnServer } from '../../../server/src/features/variables/dotenv-text.ts';
import { formatDotenv } from '../../src/pages/service/variables/format-dotenv.ts';
import { parseDotenv } from '../../src/pages/service/variables/parse-dotenv.ts';

// What the raw editor previews is what the server would read from the same text.

describe('the reader of the raw editor and that of the server', () => {
  test.each([
    'A=1\nB = two words  # why\nexport C=3\r\nD: four\rE=5',
    `S='$HOME \\n stays'\nD="a\\nb\\rc"\nB=\`it's "both"\``,
    'KEY="-----BEGIN-----\nMIIC= no\n-----END-----"\nNEXT=1',
    "OPEN='never closed\nNEXT=1",
    `ESCAPED="say \\"yes\\""\nEND='a\\'\nNEXT='b'`,
    'EMPTY=\n\n# only said\nURL=postgres://u:p%40ss@db/x?y=z\nHASH="a#b"#c',
    'LINE=\u2028x\u2028\nSPACE=\u00a0y\u00a0\nEMOJI=🚀',
  ])('read the same: %j', (text) => {
    const { values, faults } = parseDotenv(text);
    expect(faults).toEqual([]);
    expect({ ...values }).toEqual(parseOnServer(text));
  });

  test.each(['A 1', 'A=1\n=2', '1A=1', 'PORT=1', 'DAVIT_A=1', 'a-b=1', '__proto__=1'])(
    'refuse the same: %j',
    (text) => {
      expect(parseDotenv(text).faults).not.toEqual([]);
      if (text !== '__proto__=1') expect(() => parseOnServer(text)).toThrow();
    },
  );
});

describe('variables written as a dotenv text', () => {
  /** Numbers that look random and are the same each time (Park and Miller's generator). */
  function createNumbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
  }

  test('read back to the same on the server, whatever they hold; what cannot be written is named', () => {
    const pieces = [
      ...Array.from(`ab '"\`#=\\$ \n\r\t`),
      '\\n',
      '\\r',
      '${{api.URL}}',
      '\u2028',
      '🚀',
      'export X=1',
      "\\'",
      '\n#',
    ];
    const next = createNumbers(7);
    let written = 0;
    for (let round = 0; round < 400; round++) {
      const values: Record<string, string> = {};
      for (let index = 0; index < 6; index++)
        values[`V${index}`] = Array.from({ length: next(7) }, () => pieces[next(pieces.length)]).join('');
      const { text, unwritable } = formatDotenv(values);
      const expected = Object.fromEntries(Object.entries(values).filter(([name]) => !unwritable.includes(name)));
      expect(parseOnServer(text), text).toEqual(expected);
      written += Object.keys(expected).length;
    }
    expect(written).toBeGreaterThan(1500);
  });

  test('are plain where they can be, and in the first quotes that hold them where not', () => {
    const values = { A: 'plain', B: 'two words', C: "it's", D: 'a\r\nb', E: '', F: `it's "x"`, G: `'"\`` };
    expect(formatDotenv(values)).toEqual({
      text: ['A=plain', "B='two words'", 'C="it\'s"', 'D="a\\r\nb"', 'E=', 'F=`it\'s "x"`', ''].join('\n'),
      unwritable: ['G'],
    });
  });
});
