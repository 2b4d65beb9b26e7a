import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One file of the dashboard, kept in memory. No file system path is ever built from a request. */
export interface DashboardFile {
  /** `/assets/index-x.js` */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  /** Whether the file name holds a content hash, so that the file never changes. */
  readonly isNamedByContent: boolean;
}

/** The relay's two pages and the files that they load. */
export interface DashboardFiles {
  readonly html: string;
  /** The page that shows the API description. */
  readonly docs: string;
  readonly others: readonly DashboardFile[];
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The folder of the built dashboard. When run from sources: of the last build. */
export const BUILT_DASHBOARD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/server/dashboard/' : './dashboard/',
  import.meta.url,
);

/** Undefined if the dashboard was never built. */
export function readDashboard(folder: URL): DashboardFiles | undefined {
  // An older build lacks the second.
  if (!['index.html', 'docs.html'].every((name) => existsSync(new URL(name, folder)))) return undefined;
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return {
    html: read('index.html'),
    docs: read('docs.html'),
    others: names.flatMap((name) => readOther(folder, name) ?? []),
  };
}

function readOther(folder: URL, name: string): DashboardFile | undefined {
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (type === undefined) return undefined;
  const body = readFileSync(new URL(name, folder));
  return { path: `/${name}`, type, body, etag: etagOf(body), isNamedByContent: name.startsWith('assets/') };
}

export function etagOf(body: Buffer | string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
