import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// Tokens of the theme, so that the editor is light or dark as what is around it is.
const color = (name: string): string => `var(--color-${name})`;

const look = EditorView.theme({
  '&': { backgroundColor: color('surface'), color: color('fg'), fontSize: '12.5px', height: '100%' },
  '&.cm-focused': { outline: `2px solid ${color('ring')}`, outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6' },
  '.cm-content': { padding: '8px 0', caretColor: color('fg') },
  '.cm-cursor': { borderLeftColor: color('fg') },
  '.cm-gutters': {
    backgroundColor: color('sunken'),
    color: color('subtle'),
    borderRight: `1px solid ${color('line')}`,
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: color('hover') },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: color('accent-soft'),
  },
  '.cm-panels': { backgroundColor: color('raised'), color: color('fg') },
  '.cm-tooltip': {
    backgroundColor: color('raised'),
    color: color('fg'),
    border: `1px solid ${color('line-strong')}`,
    borderRadius: '6px',
    boxShadow: 'var(--shadow-raised)',
    maxWidth: 'min(28rem, calc(100vw - 2rem))',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '14rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', color: color('fg') },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: color('accent'), color: color('accent-fg') },
  '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: color('accent-fg') },
  '.cm-completionDetail': { color: color('muted'), fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 10px', maxWidth: '20rem' },
  '.cm-diagnostic': { padding: '4px 10px', borderLeft: `3px solid ${color('danger')}` },
  '.cm-manifest-hint': { padding: '8px 10px', fontSize: '12px', lineHeight: '1.45' },
  '.cm-manifest-hint code': { fontFamily: 'var(--font-mono)', color: color('accent-text') },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    borderBottom: `2px wavy ${color('danger')}`,
    textDecoration: `wavy underline ${color('danger')}`,
  },
  '.cm-deletedChunk': { backgroundColor: color('danger-soft'), paddingLeft: '6px' },
  '.cm-deletedChunk .cm-deletedText, .cm-deletedText': {
    background: 'none',
    borderBottom: `2px solid ${color('danger')}`,
  },
  '&.cm-merge-b .cm-changedLine, .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: color('success-soft') },
  '&.cm-merge-b .cm-changedText, .cm-changedText': {
    background: 'none',
    borderBottom: `2px solid ${color('success')}`,
  },
  '&.cm-merge-b .cm-changedLineGutter, .cm-changedLineGutter': { backgroundColor: color('success') },
  '.cm-deletedLineGutter': { backgroundColor: color('danger') },
  '.cm-collapsedLines': { background: color('sunken'), color: color('muted') },
});

const highlights = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: color('accent-text') },
  { tag: [tags.string, tags.special(tags.string)], color: color('success-text') },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: color('info-text') },
  { tag: [tags.comment, tags.lineComment], color: color('subtle'), fontStyle: 'italic' },
  { tag: [tags.meta, tags.punctuation, tags.separator], color: color('muted') },
]);

/** How the editor looks. */
export const editorTheme: Extension = [look, syntaxHighlighting(highlights)];
