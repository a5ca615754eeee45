import { autocompletion, closeBrackets, closeCompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { Annotation, Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { editorTheme } from './editor-theme.ts';
import { type ManifestFault, rangeOf } from './manifest-faults.ts';
import { completionsOf, fieldHints } from './manifest-hints.ts';
import type { JsonSchema } from './manifest-schema.ts';

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
  /** Id of what tells how to leave it by keyboard, and what is wrong. */
  readonly describedBy: string;
  /** Asked anew each time: the kind may be written in the text itself. */
  readonly schemaNow: () => JsonSchema;
  readonly onChange: (text: string) => void;
}

export interface Editor {
  /** Replaces the text, where it is another. */
  setText(text: string): void;
  setFaults(faults: readonly ManifestFault[]): void;
  setReadOnly(isReadOnly: boolean): void;
  /** Shows the text against this one; undefined: as it is. */
  setOriginal(original: string | undefined): void;
  /** Puts the cursor at a fault. */
  goTo(fault: ManifestFault): void;
  destroy(): void;
}

/** How long Tab leads out of the editor after Escape. */
const TAB_LEAVES_MS = 2000;

/** Set from outside: nobody typed it. */
const fromOutside = Annotation.define<boolean>();

/** Escape closes the list of completions, and makes the next Tab leave the editor; it closes nothing around it. */
const leaveKeymap = Prec.highest(
  keymap.of([
    {
      key: 'Escape',
      run(view) {
        closeCompletion(view);
        view.setTabFocusMode(TAB_LEAVES_MS);
        return true;
      },
    },
  ]),
);

const readOnly = (isReadOnly: boolean): Extension => [
  EditorState.readOnly.of(isReadOnly),
  EditorView.contentAttributes.of({ 'aria-readonly': String(isReadOnly) }),
];

const difference = (original: string | undefined): Extension =>
  original === undefined
    ? []
    : unifiedMergeView({ original, mergeControls: false, highlightChanges: true, allowInlineDiffs: false });

/** A YAML editor that knows the schema of its manifest. */
export function createEditor(options: EditorOptions): Editor {
  const { parent, text, label, describedBy, schemaNow, onChange } = options;
  const writing = new Compartment();
  const comparing = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        // First: the completions have keys of the highest rank too.
        leaveKeymap,
        lineNumbers(),
        lintGutter(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        drawSelection(),
        history(),
        indentOnInput(),
        indentUnit.of('  '),
        bracketMatching(),
        closeBrackets(),
        yaml(),
        autocompletion({ override: [completionsOf(schemaNow)], icons: false, activateOnTyping: true }),
        fieldHints(schemaNow),
        keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        editorTheme,
        writing.of(readOnly(false)),
        comparing.of([]),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.some((each) => each.annotation(fromOutside))) return;
          onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(next) {
      const { doc } = view.state;
      if (doc.toString() === next) return;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: next }, annotations: fromOutside.of(true) });
    },
    setFaults(faults) {
      const now = view.state.doc.toString();
      const diagnostics = faults.map(
        (fault): Diagnostic => ({ ...rangeOf(fault, now), severity: 'error', message: fault.message }),
      );
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    setReadOnly: (isReadOnly) => view.dispatch({ effects: writing.reconfigure(readOnly(isReadOnly)) }),
    setOriginal: (original) => view.dispatch({ effects: comparing.reconfigure(difference(original)) }),
    goTo(fault) {
      const { from } = rangeOf(fault, view.state.doc.toString());
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
