import '@testing-library/jest-dom/vitest';
import 'fake-indexeddb/auto';

import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';

import { setAccessToken } from '../api/access-token';
import { dismissUndo } from '../components/undo-bar';
import { setPreferences } from '../config/preferences';
import { server } from './server';

// What jsdom lacks and Mantine asks for.
window.matchMedia = (query) => ({
  matches: false, media: query, onchange: null,
  addListener: () => undefined, removeListener: () => undefined,
  addEventListener: () => undefined, removeEventListener: () => undefined, dispatchEvent: () => false,
});
globalThis.ResizeObserver = class { observe() { return; } unobserve() { return; } disconnect() { return; } };
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;

// A machine under load may be slow: this bounds what never comes, not how fast it has to come.
configure({ asyncUtilTimeout: 20000 });

beforeAll(() => { server.listen({ onUnhandledRequest: 'error' }); });
afterEach(() => {
  cleanup();
  server.resetHandlers();
  setAccessToken(null);
  dismissUndo();
  setPreferences({ language: 'en', theme: 'light', shortcuts: true });
});
afterAll(() => { server.close(); });
