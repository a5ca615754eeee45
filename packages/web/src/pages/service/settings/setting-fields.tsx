import type { ReactNode } from 'react';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { settingDefaults } from './setting-defaults.ts';
import { settingLabels } from './setting-labels.ts';
import { useSettingsForm } from './settings-form.ts';

interface SettingProps {
  /** In the body: `settings.build.startCommand`. */
  path: string;
  hint?: ReactNode;
  placeholder?: string;
}

const labelOf = (path: string): string => settingLabels[path]?.label ?? path;

interface TextSettingProps extends SettingProps {
  mono?: boolean;
  required?: boolean;
  /** What an emptied field means: nothing is set, or an empty text. */
  emptyAs?: null | '';
}

/** A line of text. */
export function TextSetting({
  path,
  hint,
  placeholder,
  mono = false,
  required = false,
  emptyAs = null,
}: TextSettingProps) {
  const form = useSettingsForm();
  const field = form.register(path, { setValueAs: (value: unknown) => (value === '' ? emptyAs : value) });
  return (
    <Field label={labelOf(path)} hint={hint} error={form.errorOf(path)} required={required}>
      <Input {...field} placeholder={placeholder} mono={mono} spellCheck={false} autoCapitalize="none" />
    </Field>
  );
}

const defaultOf = (path: string): number | null =>
  settingDefaults[path.replace(/^settings\./, '') as keyof typeof settingDefaults] ?? null;

function toNumber(value: unknown, path: string): unknown {
  if (typeof value !== 'string') return value;
  return value.trim() === '' ? defaultOf(path) : Number(value);
}

/** A number with its unit; what is emptied goes back to its default. */
export function NumberSetting({ path, hint, placeholder, unit }: SettingProps & { unit?: string }) {
  const form = useSettingsForm();
  const field = form.register(path, { setValueAs: (value: unknown) => toNumber(value, path) });
  const byDefault = defaultOf(path);
  return (
    <Field
      label={labelOf(path)}
      hint={hint}
      error={form.errorOf(path)}
      {...(unit === undefined ? {} : { aside: unit })}
    >
      <Input {...field} inputMode="decimal" placeholder={placeholder ?? String(byDefault ?? '')} />
    </Field>
  );
}
