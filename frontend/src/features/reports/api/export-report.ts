import { useMutation } from '@tanstack/react-query';

import { api } from '../../../api/client';
import { saveFile } from '../../../api/save-file';
import type { ExportFormat } from '../types';

const NAME = /filename="([^"]+)"/;

/** Gets the signed note with the access token and hands it to the browser as a file. */
export function useExportReport(sessionId: string) {
  return useMutation({
    mutationFn: async (format: ExportFormat) => {
      const { data, response } = await api.GET('/sessions/{session_id}/report/export', {
        params: { path: { session_id: sessionId }, query: { format } },
        parseAs: 'blob',
      });
      const name = NAME.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? `note.${format === 'fhir' ? 'json' : format}`;
      saveFile(data as Blob, name);
      return name;
    },
  });
}
