/**
 * The commands that messages tell people to run. The package is not in the npm registry, so `npx` with its name would run
 * somebody else's code. Change these once it is published.
 */
export const START_RELAY = 'npm start';
export const COMMAND = 'node dist/server/cli.js';
