/**
 * Stands in for create-captures.ts in a build that can't change scripts (vite.config.ts), so that its worker
 * loads no parser of scripts or documents.
 */
export function createCaptures(): undefined {}
