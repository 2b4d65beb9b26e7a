import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';

/** All files below a folder by their relative paths, with slashes. */
export async function filesBelow(folder: string): Promise<Map<string, Uint8Array>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return await readAll(paths.map((path) => [relative(folder, path).split(sep).join('/'), path]));
}

/** All tracked files, as in the work tree. */
export async function trackedFiles(root: string): Promise<Map<string, Uint8Array>> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const names = stdout.split('\0').filter((name) => name !== '');
  return await readAll(names.map((name) => [name, join(root, name)]));
}

async function readAll(paths: readonly (readonly [string, string])[]): Promise<Map<string, Uint8Array>> {
  const read = paths.map(async ([name, path]) => [name, await readFile(path)] as const);
  return new Map(await Promise.all(read));
}
