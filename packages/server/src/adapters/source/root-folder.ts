import { sourceErrors } from './source-errors.ts';

const longestFolder = 1024;

/** What is wrong with a root folder; undefined when nothing is. */
function findRootFolderFault(folder: string): string | undefined {
  if (folder.length > longestFolder) return `must be at most ${longestFolder} characters long`;
  if (/[\u0000-\u001f\u007f-\u009f]/.test(folder)) return 'must not contain line breaks or control characters';
  if (folder.includes('\\')) return 'must not contain "\\": separate folders with "/"';
  if (folder.startsWith('/')) return 'must be relative to the source: leave the leading "/" out';
  if (folder.split('/').includes('..')) return 'must not contain ".."';
  return undefined;
}

/**
 * A root folder in its shortest form: `./apps//web/` is `apps/web`, the source itself is the empty string. What is found
 * there is judged where it is read: a link is never followed.
 * @throws SOURCE_ROOT_FOLDER_INVALID naming the field `pointer`
 */
export function parseRootFolder(folder: string, pointer = '/settings/rootFolder'): string {
  const fault = findRootFolderFault(folder);
  if (fault !== undefined) {
    throw sourceErrors.SOURCE_ROOT_FOLDER_INVALID({
      message: `The root folder is refused: it ${fault}.`,
      fields: [{ pointer, detail: fault }],
    });
  }
  return folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
