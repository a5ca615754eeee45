import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Older ones would have light-dark() rewritten into variables that only <html> can switch.
const cssTarget = ['chrome123', 'firefox120', 'safari17.5'];

/**
 * What is always loaded together is one file each, with all that it needs: what every page has, what every page of who is signed in has around it, and the
 * canvas. Left to itself, the bundler makes a file of every module that two pages share, and a canvas waited for eighty of them over six connections.
 */
const parts = [
  { name: 'base', test: /\/src\/main\.tsx$/, priority: 30 },
  { name: 'shell', test: /\/src\/pages\/shell\/app-shell\.tsx$/, priority: 20 },
  { name: 'common', test: /\/(?:lucide-react|@radix-ui)\/|\/src\/(?:ui|data)\//, minShareCount: 5, priority: 10 },
];

const davit = { target: 'http://127.0.0.1:4000', changeOrigin: false };

/** `npm run dev -w packages/web` serves the UI with hot reload in front of a davit on its default port. */
export default defineConfig({
  // Tailwind's own optimizer aims at older browsers; Vite minifies anyway.
  plugins: [react(), tailwindcss({ optimize: false })],
  build: {
    target: 'es2023',
    cssTarget,
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: parts } } },
  },
  // Host stays that of the page, as its Origin is: davit takes nothing from pages of another origin than its own.
  server: { proxy: { '/v1': { ...davit, ws: true }, '/auth': davit } },
});
