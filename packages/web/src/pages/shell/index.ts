export { EntryLayout } from './entry-layout.tsx';
export { ErrorPage } from './error-page.tsx';
export { ForbiddenPage } from './forbidden-page.tsx';
export { LeaveGuard } from './leave-guard.tsx';
export { LeaveQuestion } from './leave-question.tsx';
export { usePageTitle } from './page-title.ts';
export { TopBarSlot } from './top-bar-slot.tsx';
