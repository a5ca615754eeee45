import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchConnection } from './data/connection.ts';
import { createQueryClient } from './data/query-client.ts';
import './main.css';
import { preloadPage } from './preload-page.ts';
import { createAppRouter } from './router.tsx';
import { applyStoredTheme } from './ui/theme.ts';

preloadPage(window.location);
applyStoredTheme();
watchConnection();
const queryClient = createQueryClient();
const router = createAppRouter(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
