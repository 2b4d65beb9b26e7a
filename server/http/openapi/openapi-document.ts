import packageJson from '../../../package.json' with { type: 'json' };
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import { componentSchemas } from './component-schemas.ts';
import type { OpenApiDocument } from './openapi.ts';
import { OPERATIONS } from './operations.ts';

const DESCRIPTION = `Calls a function that lives inside a web page, from any program. A browser extension serves the functions that its user has named; this relay leads calls to it.

Errors are \`application/problem+json\` (RFC 9457) with a \`code\` to rely on. Each call gets exactly one answer. A body may have ${MAX_FRAME_BYTES / 1024 / 1024} MiB, and may be packed (\`Content-Encoding: gzip\` or \`deflate\`), in which case that is its size unpacked.

Where the relay has tokens, calls and lists need a caller token: \`Authorization: Bearer <token>\`. No web page but the relay's own gets anything here, unless it is allowed by name.

Values are plain JSON where they can be. Others are objects with a \`$type\`, in arguments and answers alike:

- \`{"$type":"bytes","kind":"Uint8Array","value":"aGVsbG8="}\`: bytes in base64; \`kind\` may be any typed array, \`ArrayBuffer\` or \`DataView\`
- \`{"$type":"undefined"}\`, \`{"$type":"bigint","value":"-12"}\`, \`{"$type":"number","value":"NaN"}\` (or \`Infinity\`, \`-Infinity\`, \`-0\`)
- \`{"$type":"date","value":1769847300000}\`: milliseconds since 1970, null where invalid
- \`{"$type":"map","value":[["key",1]]}\`, \`{"$type":"set","value":[1,2]}\`
- \`{"$type":"error","value":{"name":"TypeError","message":"no key","stack":""}}\`
- \`{"$type":"object","value":{"$type":"cart"}}\`: an object that itself has a \`$type\``;

/**
 * Where the relay is reached. `.` is relative to the document, which is right behind a proxy that takes a part of the path off too.
 */
export function openApiServers(url: string): Pick<OpenApiDocument, 'servers'> {
  return { servers: [{ url, description: 'the relay that this comes from' }] };
}

/** The relay's HTTP interface, as OpenAPI has it, generated from the schemas that requests are read with. */
export function openApiDocument(): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pagewire relay',
      version: packageJson.version,
      summary: packageJson.description,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    ...openApiServers('.'),
    paths: OPERATIONS,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        callerToken: { type: 'http', scheme: 'bearer', description: 'A caller token, where the relay has tokens.' },
      },
    },
  };
}
