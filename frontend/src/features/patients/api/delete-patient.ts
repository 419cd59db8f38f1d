import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '../../../api/client';

export function useDeletePatient() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patientId: string) => api.DELETE('/patients/{patient_id}', { params: { path: { patient_id: patientId } } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['patients', 'list'] });
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}
