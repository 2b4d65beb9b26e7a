import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sample } from './sample.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface RunOptions {
  /** The relay's port, which replaces the port in the document. */
  readonly port: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A folder in which samples run with another port. */
export class SampleFolder {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** Inside the project, so that `import 'ws'` and `import 'pagewire'` resolve. */
  static async create(): Promise<SampleFolder> {
    await mkdir(path.join(ROOT, '.tmp'), { recursive: true });
    return new SampleFolder(await mkdtemp(path.join(ROOT, '.tmp', 'samples-')));
  }

  /** Runs a sample and returns its output. @throws with the output if it fails */
  async run({ name, text }: Sample, { port, cwd = ROOT, env = {} }: RunOptions): Promise<string> {
    await this.add({ name, text }, port);
    const [command = '', ...args] = commandFor(name);
    // go requires all files of a program in one folder.
    const file = path.relative(cwd, path.join(this.path, name));
    const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000 };
    return new Promise((resolve, reject) => {
      execFile(command, [...args, file], options, (error, stdout, stderr) =>
        error ? reject(new Error(`${name} failed: ${stderr}${stdout}`, { cause: error })) : resolve(stdout),
      );
    });
  }

  /** Writes a file that samples need. */
  async add({ name, text }: Sample, port: number): Promise<void> {
    await writeFile(path.join(this.path, name), text.replaceAll('127.0.0.1:9999', `127.0.0.1:${port}`));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

function commandFor(name: string): string[] {
  switch (path.extname(name)) {
    case '.sh':
      return ['bash', '-e'];
    case '.mjs':
      return [process.execPath];
    case '.py':
      return ['python3'];
    case '.go':
      return ['go', 'run', 'pagewire.go'];
    default:
      throw new Error(`no interpreter for ${name}`);
  }
}

/** Whether this machine can run a sample. */
export function canRun(name: string): boolean {
  if (path.extname(name) === '.go') return succeeds('go', ['version']);
  return path.extname(name) === '.mjs' || succeeds(commandFor(name)[0] ?? '', ['--version']);
}

export function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
