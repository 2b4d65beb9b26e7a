/** The command that calls a function from a terminal, through the relay's HTTP interface. */
export function callCommand(relayUrl: string, clientId: string, name: string): string {
  const relay = new URL(relayUrl.replace(/^ws/, 'http')).origin;
  const url = `${relay}/api/clients/${quotable(clientId)}/functions/${quotable(name)}`;
  const body = '{"args":["hello"]}';
  return [`curl -sS --fail-with-body '${url}'`, "-H 'content-type: application/json'", `-d '${body}'`].join(' \\\n  ');
}

/** Percent-encodes a name, also the quote, which would end the shell's string. */
function quotable(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27');
}
