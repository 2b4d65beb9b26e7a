/** A metric family of Prometheus' text format. Used by tests and benchmarks. */
export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4, strictly (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * @throws SyntaxError quoting the line
 */
export function readPrometheusText(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new SyntaxError('the last line must end with a newline');
  const families = new Map<string, Family>();
  let help: [name: string, text: string] = ['', ''];
  let current: [name: string, family: Family] | undefined;
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = [name, rest];
    else if (kind === 'TYPE') {
      if (help[0] !== name || families.has(name)) throw new SyntaxError(line);
      current = [name, { help: help[1], type: rest, samples: [] }];
      families.set(...current);
    } else if (line !== '') {
      const sample = readSample(line);
      if (!current || !isOf(sample.name, current[0], current[1].type)) throw new SyntaxError(line);
      current[1].samples.push(sample);
    }
  }
  return families;
}

function readSample(line: string): Sample {
  const [, name, labels = '', text = ''] = SAMPLE.exec(line) ?? [];
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
  if (name === undefined || text === '' || Number.isNaN(value)) throw new SyntaxError(line);
  return { name, labels: readLabels(labels, line), value };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined || name in labels) throw new SyntaxError(line);
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

function isOf(sample: string, family: string, type: string): boolean {
  if (type !== 'histogram') return sample === family;
  return ['_bucket', '_sum', '_count'].some((end) => sample === family + end);
}
