import { useEffect } from 'react';
import { onNotice } from '../../data/notices.ts';
import { toasts } from '../../ui/toast-store.ts';

/** Shows what the data layer has to tell: neither it nor the components know of the other. */
export function useNotices(): void {
  useEffect(() => onNotice((notice) => void toasts.show(notice)), []);
}
