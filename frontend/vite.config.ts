import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const API = 'http://127.0.0.1:8000';
const apiPaths = ['/auth', '/patients', '/sessions', '/dashboard', '/audit', '/health', '/schema', '/docs', '/static'];

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  // The server that sends index.html puts the nonce of the response in place of this word.
  html: { cspNonce: '__CSP_NONCE__' },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(apiPaths.map((path) => [path, { target: API }])),
  },
  build: {
    outDir: 'dist',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://127.0.0.1/app/' } },
    setupFiles: ['./src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    maxWorkers: 1,
    testTimeout: 60000,
  },
});
