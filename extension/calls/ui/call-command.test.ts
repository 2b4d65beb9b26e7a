import { expect, it } from 'vitest';
import { callCommand } from './call-command.ts';

it('calls the relay by HTTP', () => {
  expect(callCommand('ws://127.0.0.1:9999', 'my-browser', 'encrypt')).toBe(
    [
      "curl -sS --fail-with-body 'http://127.0.0.1:9999/api/clients/my-browser/functions/encrypt' \\",
      "  -H 'content-type: application/json' \\",
      `  -d '{"args":["hello"]}'`,
    ].join('\n'),
  );
  expect(callCommand('wss://relay.example/', 'a', 'b')).toContain("'https://relay.example/api/clients/a/functions/b'");
});

it('quotes any name as one shell word', () => {
  expect(callCommand('ws://h', "it's; rm -rf /", 'a/b')).toContain(
    "'http://h/api/clients/it%27s%3B%20rm%20-rf%20%2F/functions/a%2Fb'",
  );
});
