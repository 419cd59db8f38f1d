import { Button } from '@mantine/core';

import { errorCode, errorKey } from '../api/errors';
import { useI18n } from '../i18n/provider';
import { Icon } from './icon';
import classes from './panel.module.css';

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** What did not work, and what is safe; the sentence of the code follows. */
  title?: string;
}

/** In place of what could not be loaded; what is not permitted is not offered again. */
export function ErrorPanel({ error, onRetry, title }: Props) {
  const { t } = useI18n();
  const code = errorCode(error);
  return (
    <div role="alert" className={classes.panel} data-tone="warn">
      <Icon name={code === 'offline' ? 'offline' : 'warning'} size={20} />
      <div className={classes.words}>
        {title !== undefined && <p className={classes.title}>{title}</p>}
        <p className={classes.text}>{t(errorKey(error))}</p>
      </div>
      {onRetry && code !== 'permission_denied' && <Button onClick={onRetry}>{t('components.tryAgain')}</Button>}
    </div>
  );
}
