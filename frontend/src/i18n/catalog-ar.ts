import type { Catalog, Messages } from './registry';

const files = import.meta.glob<Messages>('./messages/ar/*.ts', { eager: true, import: 'default' });

export const catalog: Catalog = Object.fromEntries(
  Object.entries(files).map(([path, messages]) => [path.slice(path.lastIndexOf('/') + 1, -3), messages]),
);
