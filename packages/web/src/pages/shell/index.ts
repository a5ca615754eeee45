export { EntryLayout, type EntryLayoutProps } from './entry-layout.tsx';
export { ErrorPage } from './error-page.tsx';
export { ForbiddenPage } from './forbidden-page.tsx';
export { NotFoundPage } from './not-found-page.tsx';
export { usePageTitle } from './page-title.ts';
export { ProblemPage, type ProblemPageProps } from './problem-page.tsx';
export { TopBarSlot } from './top-bar-slot.tsx';
