import packageJson from '../../../package.json' with { type: 'json' };
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import { componentSchemas } from './component-schemas.ts';
import { withCurlLines } from './curl-lines.ts';
import { type DocsLanguage, type Say, sayIn } from './docs-language.ts';
import type { OpenApiDocument } from './openapi.ts';
import { operations } from './operations.ts';

const MIB = MAX_FRAME_BYTES / 1024 / 1024;

const VALUES = [
  '`{"$type":"undefined"}`, `{"$type":"bigint","value":"-12"}`, `{"$type":"number","value":"NaN"}` (`Infinity`, `-Infinity`, `-0`)',
  '`{"$type":"map","value":[["key",1]]}`, `{"$type":"set","value":[1,2]}`',
  '`{"$type":"error","value":{"name":"TypeError","message":"no key","stack":""}}`',
];
const BYTES = '`{"$type":"bytes","kind":"Uint8Array","value":"aGVsbG8="}`';
const DATE = '`{"$type":"date","value":1769847300000}`';
const OBJECT = '`{"$type":"object","value":{"$type":"cart"}}`';

const ENGLISH = `Call a function that lives inside a web page, from any program. A browser extension serves the functions that its user has added. This relay passes calls to it.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Each call gets exactly one answer. A request body may have ${MIB} MiB. It may be compressed (\`Content-Encoding: gzip\` or \`deflate\`); the limit then applies to the decompressed body.

If the relay has tokens, calls and lists need a caller token: \`Authorization: Bearer <token>\`. Web pages of other origins get nothing here, unless ALLOWED_ORIGINS names them.

Values are plain JSON where possible. Others are objects with a \`$type\`, in arguments and results:

- ${BYTES}: bytes in base64; \`kind\` is any typed array, \`ArrayBuffer\` or \`DataView\`
- ${DATE}: milliseconds since 1970, null if invalid
- ${OBJECT}: an object that itself has a \`$type\`
${VALUES.map((value) => `- ${value}`).join('\n')}`;

const CHINESE = `让任何程序都能调用网页里的函数。浏览器扩展提供用户添加的函数，中继把调用转交给它。

错误以 \`application/problem+json\`（RFC 9457）返回，其中的 \`code\` 不会改变。每次调用恰好得到一个结果。请求体最大 ${MIB} MiB，可以压缩（\`Content-Encoding: gzip\` 或 \`deflate\`），大小按解压后计算。

如果中继设置了令牌，发起调用和查看列表都需要调用方令牌：\`Authorization: Bearer <token>\`。其他来源的网页不能使用此接口，除非写进了 ALLOWED_ORIGINS。

值尽可能用普通 JSON 表示。其余的值写成带 \`$type\` 的对象，参数和结果都是如此：

- ${BYTES}：base64 编码的字节，\`kind\` 可以是任意类型化数组、\`ArrayBuffer\` 或 \`DataView\`
- ${DATE}：1970 年以来的毫秒数，无效日期为 null
- ${OBJECT}：自身带有 \`$type\` 的对象
${VALUES.map((value) => `- ${value}`).join('\n')}`;

/** How a reader reaches the relay: its URL, for the curl samples, and the path prefix that a proxy strips, if any. */
interface Reached {
  readonly url: string;
  readonly prefix: string;
}

/** The relay's HTTP interface as OpenAPI, generated from the schemas that requests are read with. */
export function openApiIn(language: DocsLanguage): (reached: Reached) => OpenApiDocument {
  const say = sayIn(language);
  // Once: converting them takes milliseconds.
  const components = componentsIn(say);
  const paths = operations(say);
  return ({ url, prefix }) => ({
    openapi: '3.1.0',
    info: {
      title: say('Pagewire relay', 'Pagewire 中继'),
      version: packageJson.version,
      description: say(ENGLISH, CHINESE),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // `.` is relative to the document, so that it also holds behind a proxy that names no prefix.
    servers: [{ url: prefix || '.', description: say('this relay', '此中继') }],
    paths: withCurlLines(paths, url, say),
    components,
  });
}

function componentsIn(say: Say): OpenApiDocument['components'] {
  const description = say('A caller token, if the relay has tokens.', '调用方令牌，仅在中继设置了令牌时需要。');
  return {
    schemas: componentSchemas(say),
    securitySchemes: { callerToken: { type: 'http', scheme: 'bearer', description } },
  };
}
