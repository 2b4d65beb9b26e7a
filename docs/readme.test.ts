import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const english = read('README.md');
const chinese = read('README.zh-CN.md');
const documents = {
  'README.md': english,
  'README.zh-CN.md': chinese,
  'CONTRIBUTING.md': read('CONTRIBUTING.md'),
  'docs/http.md': read('docs/http.md'),
  'docs/protocol.md': read('docs/protocol.md'),
  'docs/architecture.md': read('docs/architecture.md'),
  'docs/privacy.md': read('docs/privacy.md'),
  'docs/store/README.md': read('docs/store/README.md'),
  'docs/operations.md': read('docs/operations.md'),
  'docs/cluster.md': read('docs/cluster.md'),
};

describe('README.zh-CN.md', () => {
  it('has the headings, lists and tables of README.md, in the same order', () => {
    expect(outline(chinese)).toEqual(outline(english));
  });

  it('has exactly the samples and commands of README.md', () => {
    expect(samples(chinese)).toEqual(samples(english));
  });

  it('names the same codes, settings, files and addresses', () => {
    expect(codeWords(chinese)).toEqual(codeWords(english));
  });
});

describe.each([
  ['README.md', english, 'extension/_locales/en/messages.json'],
  ['README.zh-CN.md', chinese, 'extension/_locales/zh_CN/messages.json'],
])('%s', (_, text, messagesPath) => {
  it('calls the buttons and states of the popup what the popup calls them', () => {
    const messages: Record<string, { message: string }> = JSON.parse(read(messagesPath));
    const texts = new Set(Object.values(messages).map(({ message }) => message));
    const [, steps = '', rest = ''] = /^### 3\.[^\n]*\n([\s\S]*?)^## ([\s\S]*)$/m.exec(text) ?? [];
    const named = [...`${steps}${rest}`.matchAll(/\*\*(.+?)\*\*/g)].map(([, label]) => label);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((label) => !texts.has(label ?? ''))).toEqual([]);
    expect(popupStates(text).filter((state) => !texts.has(state))).toEqual([]);
  });
});

describe.each(Object.entries(documents))('%s', (path, text) => {
  it('links only to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, src]) => link ?? src ?? '',
    );
    const broken = links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(link, path));
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });
});

function leadsSomewhere(link: string, from: string): boolean {
  const { pathname, hash } = new URL(link, new URL(from, 'file:///'));
  const file = pathname.slice(1);
  if (!existsSync(new URL(file, root))) return false;
  return hash === '' || anchors(read(file)).includes(decodeURIComponent(hash.slice(1)));
}

/** The anchors that GitHub gives to headings. */
function anchors(markdown: string): string[] {
  return headings(markdown).map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function headings(markdown: string): string[] {
  return withoutSamples(markdown)
    .split('\n')
    .filter((line) => /^#+ /.test(line));
}

/** Headings by level, list items, and table rows by their number of cells. */
function outline(markdown: string): string[] {
  return withoutSamples(markdown)
    .split('\n')
    .flatMap((line) => {
      const mark = /^(#+|-|\d+\.) /.exec(line)?.[1];
      if (mark) return mark;
      return line.startsWith('|') ? `| ${line.split('|').length - 2}` : [];
    });
}

function samples(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```[\s\S]*?^```$/gm)].map(([text]) => text);
  return blocks.filter((text) => !text.startsWith('```mermaid'));
}

function withoutSamples(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '');
}

function codeWords(markdown: string): string[] {
  return [...withoutSamples(markdown).matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '').sort();
}

/** The second column of the table of badges. */
function popupStates(markdown: string): string[] {
  const rows = markdown.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.filter((cells) => /^`(on|off|…|!)`$/.test(cells[1] ?? '')).map((cells) => cells[2] ?? '');
}
