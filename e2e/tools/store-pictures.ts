import type { Buffer } from 'node:buffer';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../browser/find-browser.ts';
import { ROOT } from '../run/run-command.ts';
import { ensureFonts } from '../visual/fonts.ts';
import { Gallery } from '../visual/gallery.ts';
import type { Language, Scene, Theme } from '../visual/scene.ts';
import { SCENES } from '../visual/scenes.ts';

/** Part of `npm run pictures`: the store screenshots in docs/store/pictures, in the required size. */

const SIZE = { width: 1280, height: 800 };
const LANGUAGES: Record<Language, string> = { en: 'en', zh_CN: 'zh-CN' };

interface Slide {
  scene: string;
  theme: Theme;
  words: Record<Language, [heading: string, text: string]>;
}

const SLIDES: readonly Slide[] = [
  {
    scene: 'popup-answer',
    theme: 'light',
    words: {
      en: [
        'Call what the page can do',
        'Name a function and where it lives. Your program calls it, in the page, in your browser.',
      ],
      zh_CN: ['调用网页里的函数', '给函数起个名称，指出它的位置；你的程序就能在浏览器的页面中直接调用它。'],
    },
  },
  {
    scene: 'finder-found',
    theme: 'dark',
    words: {
      en: ['Find the function', 'Searches the page’s objects, modules and frames for what encrypts, signs or hashes.'],
      zh_CN: ['找到要用的函数', '在页面的对象、模块和框架中查找加密、签名和哈希函数。'],
    },
  },
  {
    scene: 'popup-calls',
    theme: 'light',
    words: {
      en: ['See every call', 'Who called, how long it took, how it ended. Arguments and answers only if you ask.'],
      zh_CN: ['每次调用一目了然', '谁在调用、耗时多少、结果如何；只有在你要求时才显示参数和结果。'],
    },
  },
];

if (!(await ensureFonts(console.log)))
  throw new Error('The fonts of the pictures are not installed: see e2e/visual/fonts.ts');
const out = join(ROOT, 'docs/store/pictures');
await mkdir(out, { recursive: true });
const gallery = await Gallery.open();
const browser = await chromium.launch({ executablePath: await findBrowser('chromium', console.log) });
try {
  for (const [index, slide] of SLIDES.entries())
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      const path = join(out, `${index + 1}.${LANGUAGES[language]}.png`);
      await draw(browser, await htmlOf(slide, language), path);
      console.log(path.slice(ROOT.length));
    }
} finally {
  await browser.close();
  await gallery.close();
}

async function draw(browser: Browser, html: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: SIZE });
  await page.setContent(html);
  await page.screenshot({ path });
  await page.close();
}

async function htmlOf({ scene: name, theme, words }: Slide, language: Language): Promise<string> {
  const scene = SCENES.find((one) => one.name === name) as Scene; // A name that is none fails in the next line.
  const shown = await gallery.show(scene, { language, theme }, ({ page }) => page.screenshot({ fullPage: true }));
  const icon = await readFile(join(ROOT, 'extension/icons/128.png'));
  const [heading, text] = words[language];
  return `<!doctype html><html lang="${LANGUAGES[language]}"><style>
    body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center; gap: 90px;
      background: #1b3a86; color: #fff; font-family: "DejaVu Sans", "Noto Sans CJK SC", sans-serif; }
    header { width: 480px } header img { width: 72px }
    h1 { text-wrap: balance; font-size: 44px; line-height: 1.2; margin: 28px 0 20px } p { font-size: 22px; line-height: 1.5; margin: 0; color: #dbe4fb }
    .shown { max-height: 740px; border-radius: 12px; box-shadow: 0 24px 60px #0008 }
  </style><header><img src="${srcOf(icon)}" alt=""><h1>${heading}</h1><p>${text}</p></header><img class="shown" src="${srcOf(shown)}" alt="">`;
}

function srcOf(png: Buffer): string {
  return `data:image/png;base64,${png.toString('base64')}`;
}
