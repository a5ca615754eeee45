import { describe, expect, test } from 'vitest';
import { findMisspelled, parseTemplate, referencesOf, referenceText } from './variable-references.ts';

const api = { service: 'api', name: 'URL' };
const shared = { service: null, name: 'REGION' };

describe('a value', () => {
  test('is taken apart into text and references', () => {
    expect(parseTemplate('${{api.URL}}/v1?region=${{shared.REGION}}')).toEqual([
      { text: '${{api.URL}}', reference: api },
      { text: '/v1?region=' },
      { text: '${{shared.REGION}}', reference: shared },
    ]);
  });

  test('may have spaces inside the braces', () => {
    expect(parseTemplate('${{ api.URL }}')).toEqual([{ text: '${{ api.URL }}', reference: api }]);
  });

  test.each([
    ['$${{api.URL}}', '${{api.URL}}'],
    ['$$${{', '$${{'],
    ['a$${{b', 'a${{b'],
    ['$${{$${{', '${{${{'],
  ])('%s escapes a literal: %s', (value, text) => {
    expect(parseTemplate(value)).toEqual([{ text }]);
  });

  test.each([
    '',
    '$',
    '${HOME}',
    '{{api.URL}}',
    '${{api.URL}',
    '${{}}',
    '${{ URL }}',
    '${{Api.URL}}',
    '${{api.1URL}}',
    '${{api.URL.more}}',
    '${{api.\nURL}}',
    '"quotes" \'single\' `id` \\ \r\n \u202e 😀',
  ])('%j is the text that it is', (value) => {
    expect(
      parseTemplate(value)
        .map(({ text }) => text)
        .join(''),
    ).toBe(value);
    expect(referencesOf(value)).toEqual([]);
  });

  test('begins its search anew after an opening that leads nowhere', () => {
    expect(referencesOf('${{ no ${{api.URL}}')).toEqual([api]);
  });

  test('that is long and hostile is searched once', () => {
    const value = '${{'.repeat(21_000);
    expect(parseTemplate(value)).toEqual([{ text: value }]);
  });

  test('names each reference once, in the order of writing', () => {
    expect(referencesOf('${{shared.REGION}}${{api.URL}}${{ api.URL }}')).toEqual([shared, api]);
  });
});

test('what looks like a reference and is none is told', () => {
  expect(findMisspelled('${{URL}} ${{api.URL}} $${{URL}} ${{a b.C}} ${{URL}}')).toEqual(['${{URL}}', '${{a b.C}}']);
});

test.each([api, shared])('a reference is written as it is read: %j', (reference) => {
  expect(referencesOf(referenceText(reference))).toEqual([reference]);
});
