/**
 * Sequences that a terminal acts on (ECMA-48): CSI, the strings of OSC, DCS, SOS, PM and APC with what they carry, and the
 * shorter ones; each also with its one-character form of C1. A string that is not ended takes the rest of its line only.
 */
const escapeSequence = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    String.raw`(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?`,
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** All controls but tab and end of line, and marks that change the direction of text around them. */
const control = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g;

/** Text of outside programs as plain text: it shows what it says, whatever shows it. Tabs and ends of line stay. */
export function plainText(text: string): string {
  // What a progress bar wrote over its own line is shown line by line.
  return text.replaceAll(escapeSequence, '').replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll(control, '');
}
