import type { Translator } from '../i18n/translate';
import type { components } from './schema';

type Problem = components['schemas']['Problem'];
type FieldError = components['schemas']['FieldError'];
export type ErrorCode = Problem['code'] | 'offline';
export type FieldErrors = Record<string, unknown>;

/** Any call that failed: `code` is stable (docs/errors.md); `offline` when no answer came at all. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: FieldErrors;
  /** The whole answer, with members that only some codes have, such as `open_points`. */
  readonly problem: Partial<Problem> & Record<string, unknown>;

  constructor(code: ErrorCode, status: number, problem: Partial<Problem> & Record<string, unknown> = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.errors = problem.errors ?? {};
    this.problem = problem;
  }
}

export const isApiError = (error: unknown, ...codes: ErrorCode[]): error is ApiError =>
  error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));

export const errorCode = (error: unknown): ErrorCode => (error instanceof ApiError ? error.code : 'internal_error');

/** The key of the sentence for an error, for t(). */
export const errorKey = (error: unknown) => `errors.${errorCode(error)}` as const;

/** What is wrong with one field, in the language of the page where the code is known, else in the server's words. */
export function fieldError(error: unknown, field: string, { t, has }: Pick<Translator, 't' | 'has'>): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const found = error.errors[field];
  if (!Array.isArray(found)) return undefined;
  const sentences = found.filter(isFieldError).map(({ code, message }) => {
    const key = `errors.field.${code}`;
    return has(key) ? t(key) : message;
  });
  return sentences.join(' ') || undefined;
}

const isFieldError = (value: unknown): value is FieldError =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;

export async function errorFrom(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.clone().json()) as Problem;
    if (typeof problem.code === 'string') return new ApiError(problem.code, response.status, problem);
  } catch {
    // Not a problem document: a proxy answered.
  }
  return new ApiError(fallbackCode(response.status), response.status);
}

function fallbackCode(status: number): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 413) return 'file_too_large';
  if (status === 429) return 'rate_limited';
  return 'internal_error';
}
