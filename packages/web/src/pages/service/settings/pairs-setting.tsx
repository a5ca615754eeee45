import { type ReactNode, useCallback } from 'react';
import { type PairSeparator, pairsOf, textOfPairs } from './pairs.ts';
import { ParsedTextSetting } from './parsed-text-setting.tsx';

type Pairs = Readonly<Record<string, string>>;

export interface PairsSettingProps {
  path: string;
  hint?: ReactNode;
  placeholder?: string;
  separator?: PairSeparator;
}

function faultOf(pairs: Pairs, errorAt: (name: string) => string | undefined): string | undefined {
  const wrong = Object.keys(pairs).find((name) => errorAt(name) !== undefined);
  return wrong === undefined ? undefined : `${wrong}: ${errorAt(wrong)}`;
}

/** Names with values, one `NAME=value` a line, or `Name: value`. */
export function PairsSetting({ separator = '=', ...props }: PairsSettingProps) {
  const parse = useCallback((text: string) => pairsOf(text, separator), [separator]);
  const print = useCallback((pairs: Pairs) => textOfPairs(pairs, separator), [separator]);
  return <ParsedTextSetting<Pairs> {...props} parse={parse} print={print} faultOf={faultOf} />;
}
