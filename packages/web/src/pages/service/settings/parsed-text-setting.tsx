import { type ReactNode, useEffect, useState } from 'react';
import { useController } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { settingLabels } from './setting-labels.ts';
import { useSettingsForm } from './settings-form.ts';

interface ParsedTextSettingProps<T> {
  path: string;
  hint?: ReactNode;
  placeholder?: string | undefined;
  parse: (text: string) => T;
  print: (value: T) => string;
  /** The first fault of a part of the value, which is named in it; `errorAt` has the faults by their place in the value. */
  faultOf: (value: T, errorAt: (place: string | number) => string | undefined) => string | undefined;
}

/** A setting of several parts that is written as text, one part a line. */
export function ParsedTextSetting<T>({ path, hint, placeholder, parse, print, faultOf }: ParsedTextSettingProps<T>) {
  const form = useSettingsForm();
  const { field } = useController({ control: form.control, name: path });
  const value = field.value as T;
  const printed = print(value);
  const [text, setText] = useState(printed);
  useEffect(() => {
    // Not while it is typed: half a line is on its way to become a part.
    setText((typed) => (print(parse(typed)) === printed ? typed : printed));
  }, [printed, parse, print]);
  const named = form.errorOf(path) ?? faultOf(value, (place) => form.errorOf(`${path}.${place}`));
  // A name may hold signs that mean something in a path: then its fault is told without it.
  const error = named ?? form.errorWithin(path);
  return (
    <Field label={settingLabels[path]?.label ?? path} hint={hint} error={error}>
      <Textarea
        ref={field.ref}
        name={field.name}
        onBlur={field.onBlur}
        mono
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          field.onChange(parse(event.target.value));
        }}
      />
    </Field>
  );
}
