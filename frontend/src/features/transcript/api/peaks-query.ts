import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

/** The shape of the sound, 0 to 1, once for each recording; the server works it out while it transcribes. */
export const peaksQuery = (sessionId: string, sha256: string) => queryOptions({
  // Not under the session's id: a correction changes no sound.
  queryKey: ['sessions', 'peaks', sessionId, sha256],
  queryFn: async ({ signal }): Promise<Float32Array> => {
    const { peaks } = await body(api.GET('/sessions/{session_id}/audio/peaks', { params: { path: { session_id: sessionId } }, signal }));
    return Float32Array.from(peaks, (peak) => peak / 255);
  },
  staleTime: Infinity,
  structuralSharing: false,
});
