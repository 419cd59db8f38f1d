import { useEffect } from 'react';

import { useI18n } from '../i18n/provider';

/** Names the kind of page, such as "Session, review". Never a patient. */
export function useDocumentTitle(title: string): void {
  const { t } = useI18n();
  const product = t('components.product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}
