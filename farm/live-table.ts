import Table from 'cli-table3';
import { printText } from '../sdk/cli/print-text.ts';
import type { Terminal } from '../sdk/cli/terminal.ts';
import { describeReport, type MemberReport, reportOf } from './describe-member.ts';
import type { Member } from './fleet.ts';
import type { RelayView } from './relay-view.ts';

/** The table shows seconds. */
const REDRAW_MS = 1_000;

/** Shows the fleet's state: a table redrawn in place on a terminal, a line per change elsewhere, JSON with `--json`. */
export class LiveTable {
  readonly #terminal: Terminal;
  readonly #members: readonly Member[];
  readonly #relay: RelayView;
  readonly #json: boolean;
  readonly #printed = new Map<number, string>();
  #drawn = '';
  #isScheduled = false;
  readonly #timer: ReturnType<typeof setInterval> | undefined;

  constructor(terminal: Terminal, members: readonly Member[], relay: RelayView, { json }: { json: boolean }) {
    this.#terminal = terminal;
    this.#members = members;
    this.#relay = relay;
    this.#json = json;
    if (this.#isLive) this.#timer = setInterval(() => this.changed(), REDRAW_MS);
  }

  /** Updates the output once per tick. */
  changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#isLive) this.#redraw();
      else for (const member of this.#members) this.#printLine(reportOf(member, this.#relay));
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get #isLive(): boolean {
    return this.#terminal.stdout.isTTY === true && !this.#json;
  }

  #printLine(report: MemberReport): void {
    const line = this.#json
      ? JSON.stringify(report)
      : `browser ${report.number} (${report.clientId}): ${describeReport(report, 0).replace(/in \d+ s/, 'soon')}`;
    if (this.#printed.get(report.number) === line) return;
    this.#printed.set(report.number, line);
    printText(this.#terminal.stdout, `${line}\n`);
  }

  #redraw(): void {
    const text = `${this.#fit(this.#table())}\n${this.#fit(this.#footer())}\n`;
    if (text === this.#drawn) return;
    const height = this.#drawn.split('\n').length - 1;
    const back = height > 0 ? `\u001b[${height}A\u001b[J` : '';
    this.#drawn = text;
    this.#terminal.stdout.write(back + text);
  }

  /** Cuts lines: a wrapped line would break the count of lines to move up. */
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
        return 'Connecting to the relay. Press Ctrl-C to stop.';
      case 'unknown':
        return `Can't watch the relay: set PAGEWIRE_CALLER_TOKEN. Press Ctrl-C to stop. (${state.reason})`;
      case 'watching':
        return `${calls} calls, ${failed} failed.${isOver ? '' : ' Press Ctrl-C to stop.'}`;
    }
  }
}

/** `5 s`, `12 min`, `3 h` */
function ageOf(since: string): string {
  const seconds = Math.floor((Date.now() - Date.parse(since)) / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}
