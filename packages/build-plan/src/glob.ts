/**
 * A glob as an expression over '/'-separated relative paths: `*` and `?` stay within one name, `**` spans folders,
 * `{a,b}` chooses. Everything else is literal. Hidden names match too: the callers decide what they look at.
 */
export function globToRegExp(glob: string): RegExp {
  let expression = '';
  for (let index = 0; index < glob.length; index += 1) {
    const character = glob.charAt(index);
    if (character === '*' && glob.charAt(index + 1) === '*') {
      const spansFolders = glob.charAt(index + 2) === '/';
      expression += spansFolders ? '(?:[^/]+/)*' : '.*';
      index += spansFolders ? 2 : 1;
    } else if (character === '*') expression += '[^/]*';
    else if (character === '?') expression += '[^/]';
    else if (character === '{') {
      const end = glob.indexOf('}', index);
      if (end === -1) expression += '\\{';
      else {
        const choices = glob.slice(index + 1, end).split(',');
        expression += `(?:${choices.map(escapeRegExp).join('|')})`;
        index = end;
      }
    } else expression += escapeRegExp(character);
  }
  return new RegExp(`^${expression}$`);
}

/** Text as it must stand in a regular expression to mean itself. */
function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
