import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connect } from '../../sdk/node.ts';
import { CallError } from '../../shared/errors.ts';
import { createHookApp } from './hook-app.ts';
import { readRules } from './rules.ts';

const USAGE = 'usage: npx tsx examples/burp/hook-server.ts <rules.json> [--port 5000] [--host 127.0.0.1]';

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '5000' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const [path] = positionals;
  if (path === undefined) throw new Error(USAGE);
  const rules = readRulesFrom(path, await readFile(path, 'utf8'));
  const { PAGEWIRE_URL: url = 'http://127.0.0.1:9999', PAGEWIRE_CALLER_TOKEN: token } = process.env;
  const relay = await connect(url.replace(/^http/, 'ws'), token ? { token } : {});
  const app = createHookApp({
    rules,
    call: (client, fn, args, options) => relay.client(client).invoke(fn, args, options),
    log: (line) => console.error(line),
  });
  console.log(`Http Conn for Galaxy: ${await app.listen({ host: values.host, port: Number(values.port) })}`);
}

function readRulesFrom(path: string, text: string) {
  try {
    return readRules(text);
  } catch (error) {
    throw new Error(`${path}: ${CallError.from(error).message}`);
  }
}
