import type { UseFormRegisterReturn } from 'react-hook-form';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Textarea } from '../../ui/textarea.tsx';
import { NAME_IN_WORDS } from './project-name.ts';

export interface ProjectFieldsProps {
  name: UseFormRegisterReturn;
  nameError: string | undefined;
  description: UseFormRegisterReturn;
  descriptionError: string | undefined;
}

/** What can be said of a project. */
export function ProjectFields({ name, nameError, description, descriptionError }: ProjectFieldsProps) {
  return (
    <>
      <Field label="Name" hint={NAME_IN_WORDS} error={nameError} required>
        <Input {...name} spellCheck={false} autoCapitalize="none" autoFocus />
      </Field>
      <Field label="Description" error={descriptionError}>
        <Textarea {...description} rows={2} />
      </Field>
    </>
  );
}
