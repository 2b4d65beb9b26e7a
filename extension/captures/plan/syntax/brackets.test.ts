import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { endOfBlock } from './brackets.ts';
import { parseScript } from './parse-script.ts';
import { isFunction, type Node, visit } from './syntax-tree.ts';

describe('the end of a block', () => {
  const found = [
    ['nothing', '{}'],
    ['other blocks', '{a={b:[{}]};(()=>{})()}'],
    ['braces in texts', `{a="}\\"}";b='}\\'}'}`],
    ['a text over two lines', '{a="}\\\n}"}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source contains a template.
    ['braces in templates, and blocks in those', '{a=`}$}\\`}${b({c:`}${{}}`})}}`}'],
    ['braces in comments', '{a//}\n/*}*/}'],
    ['a division', '{a/1;b[0]/1;c()/1;"x"/1;`x`/1;1/1;a.return/1;this.#in/1}'],
    ['a regular expression after an operator', '{a=/}/;b(/}/);c[/}/];d?/}/:/}/;!/}/.e;f=>/}/;...[/}/]}'],
    ['a regular expression after a word', '{return/}/;typeof/}/;case/}/}'],
    ['a regular expression after the head of a statement', '{if(a)/}/.b();while(a(b))/}/.c();for(;;)/}/.d()}'],
    ['a regular expression with classes and escapes', '{a=/[/}\\]}]\\/}/u.test(b)/1}'],
    ['names in any script', '{名前={ключ:/}/}}'],
    ['a space beyond ASCII', '{return\u00a0/}/}'],
  ] as const;

  it.each(found)('is found with %s in it', (_what, block) => {
    expect(endOfBlock(`f()${block}}`, 3)).toEqual({ end: 3 + block.length - 1, read: block.length });
  });

  const inDoubt = [
    ['a slash behind a block, or an object', '{{}/}/}'],
    ['a slash behind an increment', '{a++/1;b=/}/}'],
    ['a slash behind a word that may be a name', '{yield/}/}'],
    ['a slash behind the parentheses of such a word', '{await(a)/}/}'],
    ['an HTML-like comment', '{a<!--}\n}'],
    ['the end of an HTML-like comment', '{a\n-->}\n}'],
    ['an escape outside of a text', '{\\u0061}'],
    ['a comment between a value and a slash', '{a/**/ /}/}'],
    ['a bracket that closes another one', '{(]}'],
    ['a text that does not end', '{a="}'],
    ['no end', '{{a'],
  ] as const;

  it.each(inDoubt)('is left open with %s in it', (_what, block) => {
    expect(endOfBlock(`${block}}`, 0).end).toBeUndefined();
  });

  it('is not searched for beyond the limit', () => {
    expect(endOfBlock('{{}}', 0, 4)).toEqual({ end: 3, read: 4 });
    expect(endOfBlock('{{}}', 0, 3)).toEqual({ end: undefined, read: 3 });
  });
});

/** Code of all kinds: handwritten, compiled and minified. */
describe.each(['acorn', 'axe-core', 'uplot'])('in the code of %s', (name) => {
  const source = readFileSync(createRequire(import.meta.url).resolve(name), 'utf8');

  it.each([
    ['as it is', source],
    ['minified', transformSync(source, { minify: true }).code],
  ])('%s, it matches the parser', (_how, text) => {
    const { bodies, wrong, untold } = compare(text);
    expect(wrong).toEqual([]);
    expect(untold).toBeLessThanOrEqual(bodies * 0.1);
  });
});

function compare(text: string) {
  const parsed = parseScript(text);
  if (parsed instanceof Error) throw parsed;
  const result = { bodies: 0, untold: 0, wrong: [] as string[] };
  visit(parsed.program, (node) => {
    const body = isFunction(node) && 'body' in node ? (node.body as Node) : undefined;
    if (body?.type !== 'BlockStatement') return true;
    result.bodies++;
    const { end } = endOfBlock(text, body.start);
    if (end === undefined) result.untold++;
    else if (end !== body.end - 1) result.wrong.push(text.slice(body.start, body.end).slice(0, 200));
    return true;
  });
  return result;
}
