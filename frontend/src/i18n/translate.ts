import { cloneElement, isValidElement, type ReactNode } from 'react';

import type { Language } from '../config/preferences';
import type { Catalog, Message, MessageKey } from './registry';

export type Params = Record<string, string | number>;
export type NodeParams = Record<string, ReactNode>;

const PLACE = /\{(\w+)\}/g;

function find(catalog: Catalog, key: string): Message | undefined {
  const dot = key.indexOf('.');
  return catalog[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

function pattern(catalog: Catalog, language: Language, key: string, count: unknown): string {
  const message = find(catalog, key);
  if (message === undefined) return key;
  if (typeof message === 'string') return message;
  const form = typeof count === 'number' ? new Intl.PluralRules(language).select(count) : 'other';
  return message[form] ?? message.other;
}

export interface Translator {
  /** The sentence; `count` chooses the plural form, numbers are written in the digits of the locale. */
  t: (key: MessageKey, params?: Params) => string;
  /** The same with elements as parameters, such as <bdi> around a time code. */
  tx: (key: MessageKey, params: NodeParams) => ReactNode;
  /** Whether there is such a message: for keys made from a value of the API. */
  has: (key: string) => key is MessageKey;
}

export function makeTranslator(catalog: Catalog, language: Language, locale: string): Translator {
  const numbers = new Intl.NumberFormat(locale);
  const show = (value: string | number) => (typeof value === 'number' ? numbers.format(value) : value);
  return {
    t: (key, params = {}) =>
      pattern(catalog, language, key, params.count).replace(PLACE, (place, name: string) => {
        const value = params[name];
        return value === undefined ? place : show(value);
      }),
    tx: (key, params) => {
      const parts = pattern(catalog, language, key, params.count).split(PLACE);
      return parts.map((part, index) => {
        if (index % 2 === 0) return part;
        const value = params[part];
        if (typeof value === 'number') return show(value);
        return isValidElement(value) ? cloneElement(value, { key: index }) : (value ?? '');
      });
    },
    has: (key): key is MessageKey => find(catalog, key) !== undefined,
  };
}
