import { createContext, useContext } from 'react';
import type { FieldValues } from 'react-hook-form';
import type { ApiForm } from '../../../data/forms/use-api-form.ts';
import type { ServiceChange } from '../../../data/use-service-settings.ts';

export type SettingsForm = ApiForm<ServiceChange & FieldValues>;

/** The form around the sections of the settings. */
export const SettingsFormContext = createContext<SettingsForm | undefined>(undefined);

export function useSettingsForm(): SettingsForm {
  const form = useContext(SettingsFormContext);
  if (form === undefined) throw new Error('a section of the settings stands outside of their form');
  return form;
}
