import { lazy, Suspense } from 'react';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ThemeSwitch } from '../../ui/theme-switch.tsx';
import { Toaster } from '../../ui/toaster.tsx';
import { ButtonsSection } from './buttons-section.tsx';
import { ContentSection } from './content-section.tsx';
import { FeedbackSection } from './feedback-section.tsx';
import { galleryToasts } from './gallery-toasts.ts';
import { StateSection } from './state-section.tsx';
import { TableSection } from './table-section.tsx';
import { ThemesSection } from './themes-section.tsx';

// What is large is loaded by itself: no page of davit has all components at once either.
const FormSection = lazy(async () => ({ default: (await import('./form-section.tsx')).FormSection }));
const OverlaySection = lazy(async () => ({ default: (await import('./overlay-section.tsx')).OverlaySection }));
const ChartSection = lazy(async () => ({ default: (await import('./chart-section.tsx')).ChartSection }));
const LogSection = lazy(async () => ({ default: (await import('./log-section.tsx')).LogSection }));

const parts = [
  ['themes', 'Themes'],
  ['buttons', 'Buttons'],
  ['forms', 'Forms'],
  ['overlays', 'Overlays'],
  ['feedback', 'Feedback'],
  ['states', 'States and times'],
  ['content', 'Content'],
  ['tables', 'Tables'],
  ['charts', 'Charts'],
  ['logs', 'Logs'],
] as const;

/** Every component of the UI in all its states: what one looks at before building a page, and after changing a component. */
export function UiGalleryPage() {
  return (
    <div className="min-h-dvh bg-canvas">
      <header className="sticky top-0 z-30 flex items-center gap-4 border-b bg-surface px-4 py-2">
        <h1 className="shrink-0 font-semibold text-base">davit components</h1>
        <nav
          aria-label="Parts"
          className="flex min-w-0 flex-1 gap-3 overflow-x-auto text-muted text-sm [scrollbar-width:none]"
        >
          {parts.map(([id, title]) => (
            <a key={id} href={`#${id}`} className="shrink-0 rounded-sm py-0.5 hover:text-fg">
              {title}
            </a>
          ))}
        </nav>
        <ThemeSwitch />
      </header>
      <main className="mx-auto flex max-w-6xl flex-col gap-8 px-4 py-6">
        <ThemesSection />
        <ButtonsSection />
        <Suspense fallback={<Skeleton className="h-64" />}>
          <FormSection />
        </Suspense>
        <Suspense fallback={<Skeleton className="h-64" />}>
          <OverlaySection />
        </Suspense>
        <FeedbackSection />
        <StateSection />
        <ContentSection />
        <TableSection />
        <Suspense fallback={<Skeleton className="h-64" />}>
          <ChartSection />
        </Suspense>
        <Suspense fallback={<Skeleton className="h-64" />}>
          <LogSection />
        </Suspense>
      </main>
      <Toaster store={galleryToasts} />
    </div>
  );
}
