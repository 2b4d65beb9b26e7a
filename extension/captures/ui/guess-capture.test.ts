import { expect, it } from 'vitest';
import { guessCapture } from './guess-capture.ts';

const SCRIPT = 'const key=1;function seal(text){return key+text}function open(text){return text-key}';

const guess = (url: string, text: string, offset: number) => guessCapture(new Map([[url, text]]), url, offset).entry;

it('guesses the function around a place, at its declaration', () => {
  expect(guess('https://shop.test/app-4f1b2c9d.js?v=1', SCRIPT, SCRIPT.indexOf('key+text'))).toEqual({
    name: 'seal',
    script: 'https://shop.test/app-*.js',
    anchor: 'function seal(te',
    expression: '',
    breakpoint: false,
    fingerprint: { of: expect.stringMatching(/^f1:/), at: 'function seal(te' },
  });
});

it('reads the inline scripts of a document', () => {
  const html = `<!doctype html>\n<p>function seal(te</p>\n<script>let a</script><script>${SCRIPT}</script>`;
  const found = guess('https://shop.test/cart', html, html.indexOf('text-key'));
  expect(found).toMatchObject({ script: 'https://shop.test/cart', anchor: 'function open(te', expression: '' });
});

it('leaves expression or place empty outside of functions and scripts', () => {
  const html = `<!doctype html><p>seal</p><script>${SCRIPT}</script>`;
  expect(guess('https://shop.test/', html, html.indexOf('seal')).expression).toBe('');
  expect(guess('https://shop.test/app.js', SCRIPT, 0).expression).toBe('');
});
