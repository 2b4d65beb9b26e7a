export type Numbers = Record<string, number>;

/** Medians over `rounds`. Each round measures all candidates in turn (A B A B), so that all see the same noise. */
export async function aB<Name extends string>(
  rounds: number,
  measures: Record<Name, () => Promise<Numbers>>,
): Promise<Record<Name, Numbers>> {
  // Object.keys returns string[], but the keys are those of the type.
  const names = Object.keys(measures) as Name[];
  const taken = new Map<Name, Numbers[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const name of names) taken.get(name)?.push(await measures[name]());
  return Object.fromEntries(names.map((name) => [name, medians(taken.get(name) ?? [])])) as Record<Name, Numbers>;
}

function medians(rounds: readonly Numbers[]): Numbers {
  const keys = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, median(rounds.map((numbers) => numbers[key] ?? Number.NaN))]));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
