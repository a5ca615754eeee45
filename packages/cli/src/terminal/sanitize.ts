const ESC = '\u001b';

/**
 * Everything in a terminal's output that is not text: control strings (OSC, DCS, SOS, PM, APC) up to their end, control
 * sequences (CSI), other escape sequences, and control characters (ECMA-48, 5th edition, chapters 5 and 8.3; xterm's
 * "Control Sequences"), in their 7-bit and 8-bit forms. A control string without an end takes the rest of the line with it.
 */
const controls = new RegExp(
  [
    '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u009c\\u001b]*(?:\\u0007|\\u009c|\\u001b\\\\|(?=\\u001b)|$)',
    '(?:\\u001b\\[|\\u009b)[\\u0030-\\u003f]*[\\u0020-\\u002f]*[\\u0040-\\u007e]?',
    '\\u001b[\\u0020-\\u002f]*[\\u0030-\\u007e]?',
    '[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]',
    // Marks that change the direction of what follows: a line could be made to read as another one.
    '[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\u2028\\u2029]',
  ].join('|'),
  'gu',
);

/** Select Graphic Rendition: colours and weights, which change nothing but how text looks. */
const colour = /^(?:\u001b\[|\u009b)([0-9;:]*)m$/;

/**
 * A line from a build, an instance or a server, made safe for a terminal: it can look like anything, and do nothing. Of a line
 * that was rewritten with carriage returns, as progress bars are, what was seen last stays.
 */
export function sanitizeLine(line: string, options: { colours?: boolean } = {}): string {
  let hasColour = false;
  const text = lastWritten(line).replaceAll(controls, (control) => {
    const parameters = options.colours === true ? colour.exec(control)?.[1] : undefined;
    if (parameters === undefined) return '';
    hasColour = true;
    return `${ESC}[${parameters}m`;
  });
  // The next line is not to have the colours of this one.
  return hasColour ? `${text}${ESC}[0m` : text;
}

function lastWritten(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
