import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** One file of the relay's own page, kept in memory: there are few, and nothing is ever looked up by what a request says. */
export interface DashboardFile {
  /** `/assets/index-x.js` */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  /** Whether its name has its contents in it, so that it never changes. */
  readonly isNamedByContent: boolean;
}

/** The page itself, and what it loads. */
export interface DashboardFiles {
  readonly html: string;
  readonly others: readonly DashboardFile[];
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The built page. Beside the built relay; where this runs from its sources, beside the relay that was built last. */
export const BUILT_DASHBOARD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/server/dashboard/' : './dashboard/',
  import.meta.url,
);

/** Undefined where it was never built. */
export function readDashboard(folder: URL): DashboardFiles | undefined {
  if (!existsSync(new URL('index.html', folder))) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return {
    html: readFileSync(new URL('index.html', folder), 'utf8'),
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
