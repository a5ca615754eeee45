import { ArrowUpRight } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { externalHref } from './external-href.ts';
import { visibleText } from './visible-text.ts';

export interface ExternalLinkProps extends Omit<ComponentProps<'a'>, 'href' | 'target' | 'rel'> {
  href: string;
  /** Without the small arrow. */
  plain?: boolean;
}

/** A link to another site, in a window of its own that cannot reach this one. An address that is not http or https is shown as text. */
export function ExternalLink({ href, plain = false, className, children, ...rest }: ExternalLinkProps) {
  const target = externalHref(href);
  const content = children ?? <bdi>{visibleText(href.replace(/^https?:\/\//, '').replace(/\/$/, ''))}</bdi>;
  if (target === undefined) return <span className={className}>{content}</span>;
  return (
    <a
      {...rest}
      href={target}
      target="_blank"
      rel="noopener noreferrer"
      className={cn(
        'inline-flex min-w-0 items-center gap-0.5 rounded-sm text-accent-text underline-offset-3 hover:underline',
        className,
      )}
    >
      <span className="min-w-0 truncate">{content}</span>
      {plain ? null : <ArrowUpRight aria-hidden className="size-3.5 shrink-0" />}
      <span className="sr-only"> (opens a new window)</span>
    </a>
  );
}
