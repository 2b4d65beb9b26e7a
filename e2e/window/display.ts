import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { eventually } from '../browser/eventually.ts';
import { endWithThisProcess, removeAtEnd } from '../stage/at-end.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const SCREEN = { width: 1280, height: 900 };

/** A virtual screen with a window manager, mouse and keyboard. */
export class Display {
  /** Value of DISPLAY. */
  readonly name: string;
  readonly #processes: ChildProcess[];
  readonly #folder: string;
  readonly #cancelRemoval: () => void;

  private constructor(name: string, processes: ChildProcess[], folder: string, cancelRemoval: () => void) {
    this.name = name;
    this.#processes = processes;
    this.#folder = folder;
    this.#cancelRemoval = cancelRemoval;
  }

  static async start(): Promise<Display> {
    const folder = await mkdtemp(join(tmpdir(), 'pagewire-display-'));
    const cancelRemoval = removeAtEnd(folder);
    const size = `${SCREEN.width}x${SCREEN.height}x24`;
    const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-fbdir', folder];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    endWithThisProcess(server);
    const [number] = await once(server.stdio[3] as Readable, 'data');
    const name = `:${String(number).trim()}`;
    const manager = spawn('openbox', [], { env: { ...process.env, DISPLAY: name }, stdio: 'ignore' });
    endWithThisProcess(manager);
    return new Display(name, [manager, server], folder, cancelRemoval);
  }

  /** Presses keys one by one, by their xdotool names: `ctrl+shift+y`, `Return`. */
  async press(...keys: string[]): Promise<void> {
    await this.#xdotool('key', '--delay', '50', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#xdotool('type', '--delay', '10', text);
  }

  async click({ x, y }: Point): Promise<void> {
    await this.#xdotool('mousemove', String(Math.round(x)), String(Math.round(y)), 'click', '1');
  }

  /** The brightness of a point of the screen, from 0 to 255. */
  async brightness({ x, y }: Point): Promise<number> {
    const { pixels, bytesPerLine } = await this.#screen();
    const at = Math.round(y) * bytesPerLine + Math.round(x) * 4;
    return Math.max(...pixels.subarray(at, at + 3));
  }

  /** Waits until the screen is stable. */
  async settled(): Promise<void> {
    let last = await this.#digest();
    await eventually(async () => {
      const before = last;
      last = await this.#digest();
      return last === before;
    });
  }

  /** Runs an action and waits for its visible effect. */
  async changedBy(act: () => Promise<void>): Promise<void> {
    const before = await this.#digest();
    await act();
    await eventually(async () => (await this.#digest()) !== before);
  }

  /** A PNG of the screen. */
  async screenshot(path: string): Promise<void> {
    const { pixels, bytesPerLine } = await this.#screen();
    const png = new PNG({ ...SCREEN });
    for (let y = 0; y < SCREEN.height; y += 1) {
      for (let x = 0; x < SCREEN.width; x += 1) {
        const from = y * bytesPerLine + x * 4;
        const [blue = 0, green = 0, red = 0] = pixels.subarray(from, from + 3);
        png.data.set([red, green, blue, 255], (y * SCREEN.width + x) * 4);
      }
    }
    await writeFile(path, PNG.sync.write(png));
  }

  async stop(): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
    this.#cancelRemoval();
  }

  /** Reads Xvfb's screen file in xwd format: a header and a colour table, then the pixels. */
  async #screen(): Promise<{ pixels: Uint8Array; bytesPerLine: number }> {
    const file = await readFile(join(this.#folder, 'Xvfb_screen0'));
    const start = file.readUInt32BE(0) + file.readUInt32BE(76) * 12;
    return { pixels: file.subarray(start), bytesPerLine: file.readUInt32BE(48) };
  }

  async #digest(): Promise<string> {
    return createHash('sha1')
      .update((await this.#screen()).pixels)
      .digest('hex');
  }

  async #xdotool(...args: string[]): Promise<void> {
    await promisify(execFile)('xdotool', args, { env: { ...process.env, DISPLAY: this.name } });
  }
}
