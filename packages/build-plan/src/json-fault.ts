type Expectation = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or }' | ', or ]' | 'nothing more';

const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/uy;

/**
 * Where a text stops being JSON, and what should be there. `JSON.parse` names an offset for some faults only (V8 gives an
 * excerpt of the content for others), and an excerpt of a stranger's file has no place in a message.
 */
export function findJsonFault(text: string): { offset: number; expected: string } {
  const open: ('{' | '[')[] = [];
  let expected: Expectation = 'value';
  let offset = 0;
  const afterValue = (): Expectation =>
    open.length === 0 ? 'nothing more' : open.at(-1) === '{' ? ', or }' : ', or ]';
  for (;;) {
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text);
    const start = offset + (/^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
    if (token === null) return { offset: start, expected };
    const [, string, scalar, mark] = token;
    const wantsValue = expected === 'value' || expected === 'value or ]';
    const wantsName = expected === 'name' || expected === 'name or }';
    if (string !== undefined && wantsName) expected = ':';
    else if ((string !== undefined || scalar !== undefined) && wantsValue) expected = afterValue();
    else if ((mark === '{' || mark === '[') && wantsValue) {
      open.push(mark);
      expected = mark === '{' ? 'name or }' : 'value or ]';
    } else if (mark === ':' && expected === ':') expected = 'value';
    else if (mark === ',' && expected === ', or }') expected = 'name';
    else if (mark === ',' && expected === ', or ]') expected = 'value';
    else if (
      (mark === '}' && (expected === ', or }' || expected === 'name or }')) ||
      (mark === ']' && (expected === ', or ]' || expected === 'value or ]'))
    ) {
      open.pop();
      expected = afterValue();
    } else return { offset: start, expected };
    offset = TOKEN.lastIndex;
  }
}
