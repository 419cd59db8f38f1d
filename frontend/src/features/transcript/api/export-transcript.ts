import { useMutation } from '@tanstack/react-query';

import { api } from '../../../api/client';
import { saveFile } from '../../../api/save-file';
import type { FileFormat } from '../types';

/** Gets the transcript with the access token and hands it to the browser as a file. */
export function useExportTranscript(sessionId: string) {
  return useMutation({
    mutationFn: async (format: FileFormat) => {
      const { data } = await api.GET('/sessions/{session_id}/transcript', {
        params: { path: { session_id: sessionId }, query: { format } },
        parseAs: 'blob',
      });
      saveFile(data as Blob, `transcript.${format}`);
    },
  });
}
