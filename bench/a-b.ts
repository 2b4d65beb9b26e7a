export type Numbers = Record<string, number>;

/** The median of each number over so many rounds, in which each is measured once: A B A B, so that both meet the same weather. */
export async function aB<Name extends string>(
  rounds: number,
  measures: Record<Name, () => Promise<Numbers>>,
): Promise<Record<Name, Numbers>> {
  // `as`: the keys of an object literal are its type's.
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
