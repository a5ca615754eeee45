import { useEffect, useId, useRef } from 'react';
import { useKind, useKinds } from '../../../data/use-kinds.ts';
import { UserText } from '../../../ui/user-text.tsx';
import { createEditor, type Editor } from './create-editor.ts';
import type { ManifestFault } from './manifest-faults.ts';
import { manifestSchema } from './manifest-schema.ts';
import { kindIn } from './manifest-text.ts';

export interface ManifestEditorProps {
  text: string;
  onChange: (text: string) => void;
  /** What is wrong with it, as far as it is known. */
  faults: readonly ManifestFault[];
  /** Shown against this text; undefined: as it is. */
  original?: string | undefined;
  isReadOnly?: boolean;
  label: string;
}

/** A manifest's text with what its kind's schema knows: completion, explanations, and faults at their places. */
export function ManifestEditor(props: ManifestEditorProps) {
  const { text, onChange, faults, original, isReadOnly = false, label } = props;
  const kinds = useKinds();
  const kind = useKind(kindIn(text));
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const hintId = useId();
  const latest = useRef({ onChange, schema: manifestSchema([], undefined) });
  latest.current = {
    onChange,
    schema: manifestSchema(
      (kinds.data ?? []).map(({ name }) => name),
      kind.data?.specSchema,
    ),
  };
  const first = useRef({ text, label, hintId });

  useEffect(() => {
    const parent = host.current;
    if (parent === null) return undefined;
    const { text: initial, label: name, hintId: describedBy } = first.current;
    const made = createEditor({
      parent,
      text: initial,
      label: name,
      describedBy,
      schemaNow: () => latest.current.schema,
      onChange: (next) => latest.current.onChange(next),
    });
    editor.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => editor.current?.setReadOnly(isReadOnly), [isReadOnly]);
  useEffect(() => editor.current?.setOriginal(original), [original]);
  useEffect(() => editor.current?.setFaults(faults), [faults]);

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div
        ref={host}
        className="min-h-64 flex-1 overflow-hidden rounded-md border border-control outline-ring has-[.cm-focused]:outline-2"
      />
      <p id={hintId} className="text-subtle text-xs">
        {isReadOnly ? '' : 'Ctrl Space completes; comments are not kept. '}Escape, then Tab, leaves the editor.
      </p>
      <FaultList faults={faults} onGo={(fault) => editor.current?.goTo(fault)} />
    </div>
  );
}

function FaultList({ faults, onGo }: { faults: readonly ManifestFault[]; onGo: (fault: ManifestFault) => void }) {
  return (
    <div role="status">
      {faults.length === 0 ? null : (
        <ul
          aria-label="What is wrong"
          className="flex max-h-40 flex-col gap-1 overflow-y-auto rounded-md border border-danger-line bg-danger-soft p-2"
        >
          {faults.map((fault) => (
            <li key={`${fault.line} ${fault.column} ${fault.message}`} className="text-danger-text text-sm">
              <button type="button" className="text-left hover:underline" onClick={() => onGo(fault)}>
                <span className="font-medium">
                  Line {fault.line}, column {fault.column}
                </span>
                {': '}
                {fault.path === '' ? null : <UserText text={`${fault.path}: `} className="font-mono text-xs" />}
                <UserText text={fault.message} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
