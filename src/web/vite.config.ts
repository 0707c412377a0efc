import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the pages into `dist/web`; nothing is inlined, so that a content security policy without `unsafe-inline` and `data:` serves them. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': 'http://localhost:8080' } },
});
