import { cn } from './cn.ts';

/** One or two letters of a name, by characters as people see them. */
function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0x3f))
    .join('')
    .toUpperCase();
}

const tones = [
  'bg-accent-soft text-accent-text',
  'bg-success-soft text-success-text',
  'bg-warning-soft text-warning-text',
  'bg-danger-soft text-danger-text',
  'bg-info-soft text-info-text',
];

/** The initials of a person or a thing, in a tone that is always the same for the same name. Decoration: say the name beside it. */
export function Avatar({ name, square = false, className }: { name: string; square?: boolean; className?: string }) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (
    <span
      aria-hidden
      className={cn(
        'inline-flex size-7 shrink-0 select-none items-center justify-center font-semibold text-[0.6875rem]',
        square ? 'rounded-md' : 'rounded-full',
        tones[sum % tones.length],
        className,
      )}
    >
      {initialsOf(name) || '?'}
    </span>
  );
}
