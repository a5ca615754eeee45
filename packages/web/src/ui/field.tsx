import { CircleAlert } from 'lucide-react';
import { createContext, type ReactNode, useContext, useId } from 'react';
import { cn } from './cn.ts';

interface FieldControl {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldControl | undefined>(undefined);

export interface FieldProps {
  label: ReactNode;
  /** Always visible, below the label: what to enter, in which form. */
  hint?: ReactNode;
  /** Why the value cannot be taken, and what to do. */
  error?: ReactNode;
  required?: boolean;
  /** Beside the label, at the end of its line (a link, a count). */
  aside?: ReactNode;
  /** The label is read out but not shown. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}

/** A form control with its label, hint and error; the control inside finds their ids by itself. */
export function Field({
  label,
  hint,
  error,
  required = false,
  aside,
  hideLabel = false,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== '' && error !== false;
  const described = [hint === undefined ? '' : `${id}-hint`, hasError ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <FieldContext value={{ id, describedBy: described === '' ? undefined : described, invalid: hasError, required }}>
      <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
        <div className={cn('flex items-baseline justify-between gap-2', hideLabel && 'sr-only')}>
          <label id={`${id}-label`} htmlFor={id} className="font-medium text-fg text-sm">
            {label}
            {required ? (
              <span aria-hidden className="text-danger-text">
                {' *'}
              </span>
            ) : null}
          </label>
          {aside === undefined ? null : <span className="text-subtle text-xs">{aside}</span>}
        </div>
        {children}
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </p>
        )}
        {/* Always there, so that an error that appears is read out. */}
        <div aria-live="polite" className="empty:hidden">
          {hasError ? (
            <p id={`${id}-error`} className="flex items-start gap-1 text-danger-text text-xs">
              <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
              <span className="min-w-0 break-words">{error}</span>
            </p>
          ) : null}
        </div>
      </div>
    </FieldContext>
  );
}

/** What a control takes from the Field around it. */
export interface FieldControlProps {
  id?: string | undefined;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | 'true' | 'false' | 'grammar' | 'spelling' | undefined;
  'aria-required'?: boolean | 'true' | 'false' | undefined;
}

/** The ids and states that the Field around a control gives it; what the control's own props say wins. */
export function useFieldControl(own: FieldControlProps): FieldControlProps {
  const field = useContext(FieldContext);
  return {
    id: own.id ?? field?.id,
    'aria-describedby': own['aria-describedby'] ?? field?.describedBy,
    'aria-invalid': own['aria-invalid'] ?? (field?.invalid === true ? true : undefined),
    'aria-required': own['aria-required'] ?? (field?.required === true ? true : undefined),
  };
}

/** The id of the label of the Field around a control that no `<label for>` can name (a group). */
export function useFieldLabelId(): string | undefined {
  const field = useContext(FieldContext);
  return field === undefined ? undefined : `${field.id}-label`;
}
