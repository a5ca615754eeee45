import { describe, expect, it } from 'vitest';
import { applyCompletion, findCompletion, matchSuggestions } from './completion.ts';

describe('a reference that is being typed', () => {
  it('is found at the caret, with what has been typed of it', () => {
    expect(findCompletion('http://${{api.U', 15)).toEqual({ from: 7, query: 'api.U' });
    expect(findCompletion('${{ ', 4)).toEqual({ from: 0, query: '' });
  });

  it('is not one when it is closed, literal, or on another line', () => {
    expect(findCompletion('${{api.URL}} and', 16)).toBeUndefined();
    expect(findCompletion('$${{api', 7)).toBeUndefined();
    expect(findCompletion('${{api\nnext', 11)).toBeUndefined();
    expect(findCompletion('plain', 5)).toBeUndefined();
  });

  it('is replaced whole, and a closing mark that is there already is not doubled', () => {
    const text = 'a ${{ap}} z';
    expect(applyCompletion(text, 7, { from: 2, query: 'ap' }, '${{api.URL}}')).toEqual({
      text: 'a ${{api.URL}} z',
      caret: 14,
    });
    expect(applyCompletion('a ${{ap', 7, { from: 2, query: 'ap' }, '${{api.URL}}')).toEqual({
      text: 'a ${{api.URL}}',
      caret: 14,
    });
  });
});

describe('suggestions', () => {
  const items = [{ text: '${{web.API_URL}}' }, { text: '${{api.URL}}' }, { text: '${{db.HOST}}', detail: 'from api' }];

  it('hold every word; those that begin with the query come first', () => {
    expect(matchSuggestions(items, 'api').map((item) => item.text)).toEqual([
      '${{api.URL}}',
      '${{web.API_URL}}',
      '${{db.HOST}}',
    ]);
    expect(matchSuggestions(items, 'api.url').map((item) => item.text)).toEqual(['${{api.URL}}', '${{web.API_URL}}']);
    expect(matchSuggestions(items, 'nothing')).toEqual([]);
  });
});
