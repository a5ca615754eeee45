import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Without this, tailwind-merge takes our text sizes and colours for one another's rivals only where it knows the default scale.
const merge = extendTailwindMerge({ extend: { theme: { shadow: ['raised'] } } });

/** Joins class names; of two Tailwind classes that rule the same property the later one wins, so a caller's `className` always has its way. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
