import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';

export interface EntryLayoutProps {
  title: string;
  /** A sentence below it. */
  description?: ReactNode;
  /** Below the card: other ways on. */
  footer?: ReactNode;
  children: ReactNode;
}

/** The room of the pages before one is signed in. */
export function EntryLayout({ title, description, footer, children }: EntryLayoutProps) {
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 pt-[max(2rem,12vh)] pb-8">
      <div className="flex w-full max-w-sm flex-col gap-6">
        <Logo className="self-center" />
        <section className="flex flex-col gap-5 rounded-xl border bg-surface p-5 sm:p-6">
          <header className="flex flex-col gap-1">
            <h1 className="font-semibold text-xl">{title}</h1>
            {description === undefined ? null : <p className="text-muted text-sm">{description}</p>}
          </header>
          {children}
        </section>
        {footer === undefined ? null : <div className="text-center text-muted text-sm">{footer}</div>}
      </div>
    </main>
  );
}
