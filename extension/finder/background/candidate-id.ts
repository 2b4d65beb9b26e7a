/** A candidate's id in its tab: the frame that it is in, and its id there. */
export function formatCandidateId(frameId: number, id: number): string {
  return `${frameId}:${id}`;
}

export function parseCandidateId(text: string): { frameId: number; id: number } {
  const [frameId, id] = text.split(':');
  return { frameId: Number(frameId), id: Number(id) };
}
