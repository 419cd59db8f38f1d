import { Button, Checkbox, Modal, NativeSelect } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';

import { errorKey } from '../../api/errors';
import type { components } from '../../api/schema';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import type { Consents } from './api/get-consents';
import { useRecordConsents } from './api/record-consents';
import classes from './patient-form.module.css';
import { SCOPES, type Scope } from './scopes';

type Method = components['schemas']['MethodEnum'];
const METHODS = ['written', 'verbal', 'electronic'] as const satisfies readonly Method[];

interface Props {
  opened: boolean;
  onClose: () => void;
  patientId: string;
  consents: Consents;
}

export function ConsentsDialog(props: Props) {
  const { t } = useI18n();
  return (
    <Modal
      opened={props.opened} onClose={props.onClose} title={t('patients.consentTitle')} closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <ConsentsForm {...props} />
    </Modal>
  );
}

/** Only what changed is recorded, with the way in which it was said. */
function ConsentsForm({ onClose, patientId, consents }: Props) {
  const { t } = useI18n();
  const record = useRecordConsents(patientId);
  const [answers, setAnswers] = useState<Record<Scope, boolean>>(() => ({
    record: consents.record?.granted ?? false,
    ai_processing: consents.ai_processing?.granted ?? false,
    retain_audio: consents.retain_audio?.granted ?? false,
    retain_transcript: consents.retain_transcript?.granted ?? false,
    training_use: consents.training_use?.granted ?? false,
  }));
  const [method, setMethod] = useState<Method>('written');
  const changed = SCOPES.filter((scope) => answers[scope] !== (consents[scope]?.granted ?? false));
  const withdrawn = changed.filter((scope) => !answers[scope]);

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (changed.length === 0) {
      onClose();
      return;
    }
    record.mutate(Object.fromEntries(changed.map((scope) => [scope, { granted: answers[scope], method }])), {
      onSuccess: () => { announce(t('patients.saved')); onClose(); },
    });
  };

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <fieldset className={classes.set}>
        <legend className={classes.legend}>{t('patients.consentAgrees')}</legend>
        {SCOPES.map((scope) => (
          <Checkbox
            key={scope} label={t(`patients.scope.${scope}`)} description={t(`patients.scopeHint.${scope}`)} checked={answers[scope]}
            onChange={(event) => { const { checked } = event.currentTarget; setAnswers((old) => ({ ...old, [scope]: checked })); }}
          />
        ))}
      </fieldset>
      <NativeSelect
        label={t('patients.consentHow')} value={method} data={METHODS.map((value) => ({ value, label: t(`patients.method.${value}`) }))}
        onChange={(event) => { const value = event.currentTarget.value; setMethod(METHODS.find((one) => one === value) ?? 'written'); }}
      />
      <div role="status">{withdrawn.length > 0 && <p>{t(withdrawn.includes('ai_processing') ? 'patients.withdrawWork' : 'patients.withdraw')}</p>}</div>
      <div role="alert">{record.error && <p className={classes.error}>{t('patients.notSaved', { reason: t(errorKey(record.error)) })}</p>}</div>
      <div className={classes.buttons}>
        <Button onClick={onClose}>{t('components.cancel')}</Button>
        <Button type="submit" variant="filled" loading={record.isPending}>{t('patients.save')}</Button>
      </div>
    </form>
  );
}
