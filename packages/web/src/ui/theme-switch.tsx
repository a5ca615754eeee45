import { Monitor, Moon, Sun } from 'lucide-react';
import { SegmentedControl } from './segmented-control.tsx';
import { setThemeChoice, useThemeChoice } from './theme.ts';

/** Light, dark, or as the system. */
export function ThemeSwitch({ className }: { className?: string }) {
  const choice = useThemeChoice();
  return (
    <SegmentedControl
      aria-label="Theme"
      size="sm"
      value={choice}
      onValueChange={setThemeChoice}
      options={[
        { value: 'system', label: 'As the system', icon: <Monitor aria-hidden />, iconOnly: true },
        { value: 'light', label: 'Light', icon: <Sun aria-hidden />, iconOnly: true },
        { value: 'dark', label: 'Dark', icon: <Moon aria-hidden />, iconOnly: true },
      ]}
      {...(className === undefined ? {} : { className })}
    />
  );
}
