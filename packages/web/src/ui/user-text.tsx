import type { ComponentProps } from 'react';
import { visibleText } from './visible-text.ts';

export interface UserTextProps extends Omit<ComponentProps<'bdi'>, 'children'> {
  text: string;
  /** Keep line feeds and tabs (for text of several lines; set `whitespace-pre-wrap`). */
  keepLines?: boolean;
}

/** Text somebody else wrote (a name, a commit message): it cannot reorder what stands around it, and its control characters are shown, not obeyed. */
export function UserText({ text, keepLines = false, ...rest }: UserTextProps) {
  return <bdi {...rest}>{visibleText(text, keepLines)}</bdi>;
}
