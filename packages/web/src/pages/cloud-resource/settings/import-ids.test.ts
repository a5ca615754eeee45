import { expect, test } from 'vitest';
import { readImportIds } from './import-ids.ts';

test('an id alone is that of the only resource, several are told by their names', () => {
  expect(readImportIds(' my-bucket \n')).toEqual({ ids: { '': 'my-bucket' } });
  expect(readImportIds('logs=logs-1\n\nimages = images-1')).toEqual({ ids: { logs: 'logs-1', images: 'images-1' } });
  // An id may have the sign itself.
  expect(readImportIds('zone=a=b')).toEqual({ ids: { zone: 'a=b' } });
});

test('what cannot be read is refused with what is wrong', () => {
  expect(readImportIds(' \n')).toEqual({ fault: 'Needed: the id that the provider knows it by.' });
  expect(readImportIds('one\ntwo')).toEqual({ fault: 'Write name=id, one a line; this is not: one' });
  expect(readImportIds('one=\ntwo=2')).toEqual({ fault: 'Write name=id, one a line; this is not: one=' });
  expect(readImportIds('one=1\none=2')).toEqual({ fault: 'one is there twice.' });
  expect(readImportIds('a=1\n'.repeat(51))).toEqual({ fault: 'At most 50 at a time.' });
});
