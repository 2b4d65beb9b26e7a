/**
 * How people start the relay and run its commands, in every text that says so. The package is not in the npm registry: `npx` and
 * its name would run what anybody publishes there under it. Once it is published, this is the place to say so.
 */
export const START_RELAY = 'npm start';
export const COMMAND = 'node dist/server/cli.js';
