/** A candidate's id within a tab: its frame and its id in that frame. */
export function formatCandidateId(frameId: number, id: number): string {
  return `${frameId}:${id}`;
}

export function parseCandidateId(text: string): { frameId: number; id: number } {
  const [frameId, id] = text.split(':');
  return { frameId: Number(frameId), id: Number(id) };
}
