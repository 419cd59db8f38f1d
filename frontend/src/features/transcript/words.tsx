import { VisuallyHidden } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';

import { useI18n } from '../../i18n/provider';
import { touches, type Range } from './lib/evidence';
import { tokensOf, type Token } from './lib/tokens';
import classes from './transcript.module.css';
import type { Segment } from './types';

interface Props {
  segment: Segment;
  evidence?: Range[];
  kind?: 'claim' | 'risk';
  found?: Range[];
  /** The first and the last word pointed to. */
  pointedFrom?: number;
  pointedTo?: number;
  cursor?: number;
}

/** The words of one turn, each of them a place in the sound. */
export function Words({ segment, evidence, kind, found, pointedFrom, pointedTo, cursor }: Props) {
  const { t } = useI18n();
  const { text } = segment;
  const tokens = tokensOf(segment);
  const word = (token: Token, index: number) => (
    <span
      className={classes.token}
      data-token={index}
      data-low={token.low || undefined}
      data-found={touches(found, token.start, token.end) || undefined}
      data-pointed={(pointedFrom !== undefined && pointedTo !== undefined && index >= pointedFrom && index <= pointedTo) || undefined}
      data-cursor={index === cursor || undefined}
    >
      {text.slice(token.start, token.end)}
      {token.low && <VisuallyHidden component="span"> {t('transcript.pleaseCheck')}</VisuallyHidden>}
    </span>
  );

  const parts: ReactNode[] = [];
  let index = 0;
  let at = 0;
  while (index < tokens.length) {
    const first = tokens[index];
    if (!first) break;
    const from = index;
    const marked = touches(evidence, first.start, first.end);
    const run: ReactNode[] = [];
    const before = text.slice(at, first.start);
    at = first.start;
    for (let token: Token | undefined = first; token && touches(evidence, token.start, token.end) === marked; token = tokens[index]) {
      run.push(<Fragment key={index}>{text.slice(at, token.start)}{word(token, index)}</Fragment>);
      at = token.end;
      index += 1;
    }
    parts.push(
      <Fragment key={from}>
        {before}
        {marked
          ? (
            <mark className={classes.evidence} data-kind={kind}>
              <VisuallyHidden component="span">{t(kind === 'risk' ? 'transcript.riskEvidence' : 'transcript.evidence')} </VisuallyHidden>
              {run}
              <VisuallyHidden component="span"> {t('transcript.evidenceEnd')} </VisuallyHidden>
            </mark>
          )
          : run}
      </Fragment>,
    );
  }
  return <>{parts}{text.slice(at)}</>;
}
