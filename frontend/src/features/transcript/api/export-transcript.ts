import { useMutation } from '@tanstack/react-query';

import { api } from '../../../api/client';
import type { FileFormat } from '../types';

/** Gets the transcript with the access token and hands it to the browser as a file. */
export function useExportTranscript(sessionId: string) {
  return useMutation({
    mutationFn: async (format: FileFormat) => {
      const { data } = await api.GET('/sessions/{session_id}/transcript', {
        params: { path: { session_id: sessionId }, query: { format } },
        parseAs: 'blob',
      });
      save(data as Blob, `transcript.${format}`);
    },
  });
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the address after the click has returned.
  setTimeout(() => { URL.revokeObjectURL(address); }, 30_000);
}
