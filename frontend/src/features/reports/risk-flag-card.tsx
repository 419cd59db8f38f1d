import { Button, Modal, TextInput } from '@mantine/core';
import { useFocusWithin, useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';

import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { StateTag } from '../../components/state-tag';
import { useI18n } from '../../i18n/provider';
import { FlagFacts } from './flag-facts';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { passagesOf, type RiskFlag } from './types';
import { useFlagWords } from './use-flag-words';
import { useDecision } from './use-decision';

interface Props {
  flag: RiskFlag;
  /** The first open point of the page: its Confirm is the filled button. */
  first: boolean;
}

/** A flag that waits for a decision: a card, on a phone one row that opens as a sheet. */
export function RiskFlagCard({ flag, first }: Props) {
  const { t, format } = useI18n();
  const { choose, active } = useReportScope();
  const { title, polarity } = useFlagWords(flag);
  const phone = useMediaQuery('(max-width: 767px)', false);
  // Two flags may say the same of two places; their time tells them apart.
  const start = passagesOf(flag.evidence).at(-1)?.startMs;
  const at = start === undefined || start === null ? '' : format.clock(start);
  const [opened, setOpened] = useState(false);
  const { ref } = useFocusWithin<HTMLElement>({ onFocus: () => { choose(flag.id); } });
  if (phone) {
    return (
      <>
        <button type="button" className={classes.flagRow} data-active={active === flag.id || undefined} data-point={flag.id} onFocus={() => { choose(flag.id); }} onClick={() => { choose(flag.id); setOpened(true); }}>
          <Icon name="flag" size={20} />
          <span className={classes.grow}>
            <strong>{title}</strong>
            <span className={classes.meta}>{t('reports.toDecide', { polarity })}{at && <> · <bdi>{at}</bdi></>}</span>
          </span>
          <Icon name="chevron" />
        </button>
        <Modal opened={opened} onClose={() => { setOpened(false); }} fullScreen title={title} closeButtonProps={{ 'aria-label': t('components.close') }}>
          <div className={classes.sheet} data-flag={flag.id}>
            <StateTag icon="flag" tone={flag.polarity === 'endorsed' ? 'risk' : 'neutral'}>{polarity}</StateTag>
            <FlagBody flag={flag} first />
          </div>
        </Modal>
      </>
    );
  }
  return (
    <section
      ref={ref}
      className={classes.flag}
      aria-label={[title, polarity, at].filter(Boolean).join(', ')}
      tabIndex={-1}
      data-flag={flag.id}
      data-point={flag.id}
      data-active={active === flag.id || undefined}
    >
      <div className={classes.flagHead}>
        <Icon name="flag" />
        <h3>{title}</h3>
        <StateTag icon="flag" tone={flag.polarity === 'endorsed' ? 'risk' : 'neutral'}>{polarity}</StateTag>
      </div>
      <FlagBody flag={flag} first={first} />
    </section>
  );
}

/** Keys are shown where there is a keyboard; the button says its key by aria-keyshortcuts. */
function Cap({ code }: { code: string }) {
  return <span aria-hidden="true" className={classes.cap}><KeyCap code={code} /></span>;
}

function FlagBody({ flag, first }: Props) {
  const { t } = useI18n();
  const { reason, setReason, input, needed, decide, decideAsked } = useDecision(flag);
  return (
    <>
      <FlagFacts flag={flag} />
      <div className={classes.decide}>
        <TextInput
          ref={input}
          className={classes.grow}
          label={t('reports.reason')}
          value={reason}
          onChange={(event) => { setReason(event.currentTarget.value); }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            decideAsked();
          }}
          error={needed}
          autoComplete="off"
        />
        <span className={classes.decideButtons}>
          <Button data-act="dismiss" rightSection={<Cap code="KeyD" />} aria-keyshortcuts="D" onClick={() => { decide('dismissed'); }}>{t('reports.dismiss')}</Button>
          <Button data-act="confirm" rightSection={<Cap code="KeyC" />} aria-keyshortcuts="C" variant={first ? 'filled' : 'default'} onClick={() => { decide('confirmed'); }}>{t('reports.confirm')}</Button>
        </span>
      </div>
    </>
  );
}
