/** Longer names are not compared: that takes quadratic time and would not find a typing error. */
const MAX_COMPARED = 64;

/** The entry of `names` that was probably meant by the misspelt `name`, if any. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  const wanted = plain(name);
  let best: string | undefined;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const edits = candidate.length > MAX_COMPARED ? undefined : editsWithin(wanted, plain(candidate));
    if (edits === undefined || edits >= bestEdits) continue;
    best = candidate;
    bestEdits = edits;
  }
  return best;
}

/** Makes `timeout_ms`, `TimeoutMs` and `timeout-ms` equal. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** The edit distance, or undefined if it is too large for a typing error. */
function editsWithin(a: string, b: string): number | undefined {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  // `timeout` for `timeoutMs`, `client` for `clientId`.
  if (short.length >= 3 && long.startsWith(short)) return 1;
  const allowed = Math.ceil(long.length * 0.34);
  if (long.length - short.length > allowed) return undefined;
  const edits = distance(short, long);
  return edits <= allowed && edits < short.length ? edits : undefined;
}

/** Edit distance where swapping two neighbours counts as one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = at(last, j - 1) + (isSame ? 0 : 1);
      const swapped = isSwapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(changed, at(last, j) + 1, at(row, j - 1) + 1, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
