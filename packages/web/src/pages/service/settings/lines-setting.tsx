import type { ReactNode } from 'react';
import { ParsedTextSetting } from './parsed-text-setting.tsx';

type Lines = readonly string[];

const linesOf = (text: string): Lines =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const textOfLines = (lines: Lines): string => lines.join('\n');

function faultOf(lines: Lines, errorAt: (index: number) => string | undefined): string | undefined {
  const at = lines.findIndex((_, index) => errorAt(index) !== undefined);
  return at === -1 ? undefined : `Line ${at + 1}: ${errorAt(at)}`;
}

/** A list, one entry a line. */
export function LinesSetting(props: { path: string; hint?: ReactNode; placeholder?: string }) {
  return <ParsedTextSetting<Lines> {...props} parse={linesOf} print={textOfLines} faultOf={faultOf} />;
}
