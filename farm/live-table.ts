import Table from 'cli-table3';
import { printText } from '../sdk/cli/print-text.ts';
import type { Terminal } from '../sdk/cli/terminal.ts';
import { describeReport, type MemberReport, reportOf } from './describe-member.ts';
import type { Member } from './fleet.ts';
import type { RelayView } from './relay-view.ts';

/** Waits and ages are counted by the second. */
const EVERY_MS = 1_000;

/** Shows what changes: one table in place on a terminal, a line each elsewhere, JSON where it is wished. */
export class LiveTable {
  readonly #terminal: Terminal;
  readonly #members: readonly Member[];
  readonly #relay: RelayView;
  readonly #json: boolean;
  readonly #told = new Map<number, string>();
  #shown = '';
  #isDue = false;
  readonly #timer: ReturnType<typeof setInterval> | undefined;

  constructor(terminal: Terminal, members: readonly Member[], relay: RelayView, { json }: { json: boolean }) {
    this.#terminal = terminal;
    this.#members = members;
    this.#relay = relay;
    this.#json = json;
    if (this.#isLive) this.#timer = setInterval(() => this.changed(), EVERY_MS);
  }

  /** Shown once a tick, however much has changed. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#isLive) this.#redraw();
      else for (const member of this.#members) this.#tell(reportOf(member, this.#relay));
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get #isLive(): boolean {
    return this.#terminal.stdout.isTTY === true && !this.#json;
  }

  #tell(report: MemberReport): void {
    const line = this.#json
      ? JSON.stringify(report)
      : `browser ${report.number} (${report.clientId}): ${describeReport(report, 0).replace(/in \d+ s/, 'soon')}`;
    if (this.#told.get(report.number) === line) return;
    this.#told.set(report.number, line);
    printText(this.#terminal.stdout, `${line}\n`);
  }

  #redraw(): void {
    const text = `${this.#fit(this.#table())}\n${this.#fit(this.#footer())}\n`;
    if (text === this.#shown) return;
    const height = this.#shown.split('\n').length - 1;
    const back = height > 0 ? `\u001b[${height}A\u001b[J` : '';
    this.#shown = text;
    this.#terminal.stdout.write(back + text);
  }

  /** A line that the terminal wraps would take more lines than are gone back over. */
  #fit(text: string): string {
    const { columns = Number.POSITIVE_INFINITY } = this.#terminal.stdout;
    const fit = (line: string) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line);
    return text.split('\n').map(fit).join('\n');
  }

  #table(): string {
    const head = ['#', 'client', 'process', 'state', 'restarts', 'up'];
    const table = new Table({ head, style: { head: [], border: [] } });
    for (const member of this.#members) {
      const report = reportOf(member, this.#relay);
      const { number, clientId, pid, restarts, since } = report;
      table.push([number, clientId, pid ?? '–', describeReport(report), restarts, since ? ageOf(since) : '–']);
    }
    return table.toString();
  }

  #footer(): string {
    const { state, calls, failed } = this.#relay;
    const isOver = this.#members.every((member) => member.state.status === 'ended');
    switch (state.status) {
      case 'connecting':
        return 'The relay does not answer yet. Ctrl-C ends all.';
      case 'unknown':
        return `The relay does not let us look: set PAGEWIRE_CALLER_TOKEN. Ctrl-C ends all. (${state.reason})`;
      case 'watching':
        return `${calls} calls, ${failed} failed.${isOver ? '' : ' Ctrl-C ends all.'}`;
    }
  }
}

/** `5 s`, `12 min`, `3 h` */
function ageOf(since: string): string {
  const seconds = Math.floor((Date.now() - Date.parse(since)) / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}
