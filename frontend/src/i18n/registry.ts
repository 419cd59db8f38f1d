/**
 * The types of all messages. Each file in messages/en declares itself here by declaration merging:
 *   declare module '../../registry' { interface MessageRegistry { patients: typeof messages } }
 * so no list of features has to be kept and every key is checked by the compiler.
 */
export interface PluralForms {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

export type Message = string | PluralForms;
export type Messages = Record<string, Message>;

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by declaration merging
export interface MessageRegistry {}

export type Namespace = keyof MessageRegistry;

export type MessageKey = {
  [N in Namespace]: `${N & string}.${keyof MessageRegistry[N] & string}`;
}[Namespace];

/** What a file in messages/ar must hold: the same keys; a counted message with all six forms. */
export type Translation<N extends Namespace> = {
  [K in keyof MessageRegistry[N]]: MessageRegistry[N][K] extends string ? string : Required<PluralForms>;
};

export type Catalog = Record<string, Messages>;
