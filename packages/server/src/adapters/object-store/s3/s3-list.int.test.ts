import { expect, test } from 'vitest';
import { startOddS3Store } from '../../../../test/support/odd-s3-store.ts';

const signal = AbortSignal.timeout(120_000);

const listed = (name: string) =>
  `<Contents><Key>${name}</Key><LastModified>2026-11-22T10:00:00Z</LastModified><Size>3</Size></Contents>`;

/** A store that answers the n-th page so; counts what was asked for. */
async function startListing(page: (number: number) => string) {
  const tokens: (string | null)[] = [];
  const { store, host } = await startOddS3Store((request, response) => {
    tokens.push(new URL(request.url ?? '', 'http://s3.test').searchParams.get('continuation-token'));
    response.end(page(tokens.length));
  });
  return { list: () => store.list(signal), tokens, host };
}

const listOf = (...parts: string[]) => `<?xml version="1.0"?><ListBucketResult>${parts.join('')}</ListBucketResult>`;
const goesOn = (token: string) =>
  `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;

test('a list is followed over its pages to its end, by the tokens as they are meant', async () => {
  const { list, tokens } = await startListing((number) =>
    number === 1
      ? listOf(listed('a'), goesOn('of &quot;a&#38;b&#x22;'))
      : listOf(listed('b'), '<IsTruncated>false</IsTruncated>'),
  );
  expect((await list()).map(({ name }) => name)).toEqual(['b', 'a']);
  expect(tokens).toEqual([null, 'of "a&b"']);
});

const notS3 = (how: string) => ({
  code: 'OBJECT_STORE_FAILED',
  message: expect.stringContaining(`does not answer as S3 does: ${how}`),
  hint: expect.stringContaining('BACKUP_S3_ENDPOINT'),
  transient: false,
});

test('a list that begins again and again is not followed', async () => {
  const { list, tokens } = await startListing((number) => listOf(goesOn(`page-${number % 3}`)));
  await expect(list()).rejects.toMatchObject(notS3('its list begins again and again.'));
  expect(tokens).toEqual([null, 'page-1', 'page-2', 'page-0']);
});

test('a list without an end is left, and says what to do', async () => {
  const { list, tokens } = await startListing((number) => listOf(goesOn(String(number))));
  await expect(list()).rejects.toMatchObject({
    code: 'OBJECT_STORE_FAILED',
    message: expect.stringContaining('does not end after 1000 pages'),
    hint: expect.stringContaining('s3://BUCKET/FOLDER'),
  });
  expect(tokens).toHaveLength(1000);
});

test.each([
  ['a web page', '<html>Sign in</html>', 'it answers with a web page.'],
  ['nothing', '', 'it gives no list of a bucket.'],
  ['a list of the first version', listOf('<IsTruncated>true</IsTruncated>'), 'its list goes on, and it does not say'],
])('%s is not taken for a list', async (_, answer, how) => {
  const { list } = await startListing(() => answer);
  await expect(list()).rejects.toMatchObject(notS3(how));
});
