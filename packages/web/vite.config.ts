import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const davit = { target: 'http://127.0.0.1:4000', changeOrigin: false };

/** `npm run dev -w packages/web` serves the UI with hot reload in front of a davit on its default port. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { target: 'es2023', assetsInlineLimit: 0, manifest: true, reportCompressedSize: false },
  // Host stays that of the page, as its Origin is: davit takes nothing from pages of another origin than its own.
  server: { proxy: { '/v1': { ...davit, ws: true }, '/auth': davit } },
});
