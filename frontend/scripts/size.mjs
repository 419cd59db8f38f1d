// Adds up the gzip size of the JavaScript the first page load fetches and fails above the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const alsoAtStart = ['src/i18n/catalog-en.ts', 'src/app/layout.tsx', 'src/app/pages/today-page.tsx'];

const files = new Set();
function add(key) {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) add(imported);
}
for (const key of Object.keys(manifest)) if (manifest[key].isEntry) add(key);
for (const key of alsoAtStart) {
  if (!manifest[key] && key !== 'src/app/layout.tsx') throw new Error(`${key} is not in the manifest`);
  add(key);
}

let total = 0;
for (const file of files) {
  if (!file.endsWith('.js')) continue;
  const size = gzipSync(readFileSync(new URL(file, dist))).length / 1000;
  total += size;
  console.log(`${size.toFixed(1).padStart(7)} kB  ${file}`);
}
console.log(`${total.toFixed(1).padStart(7)} kB  first load, budget ${BUDGET_KB} kB`);
if (total > BUDGET_KB) process.exit(1);
