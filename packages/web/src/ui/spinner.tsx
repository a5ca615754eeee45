import { LoaderCircle } from 'lucide-react';
import { cn } from './cn.ts';

/** Something is under way and its length is not known. With a `label` it is read out; without, it is decoration beside words. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <span role={label === undefined ? undefined : 'status'} className="inline-flex">
      <LoaderCircle aria-hidden className={cn('size-4 animate-spin motion-reduce:animate-none', className)} />
      {label === undefined ? null : <span className="sr-only">{label}</span>}
    </span>
  );
}
