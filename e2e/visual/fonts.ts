import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptInstall } from '../browser/install-with-apt.ts';
import { ROOT } from '../run/run-command.ts';

/** The fonts of all pictures, from Debian's fonts-dejavu-core and fonts-wqy-microhei. */
const FONTS = {
  latin: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  latinBold: '/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf',
  mono: '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf',
  monoBold: '/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf',
  chinese: '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
} as const;

const PACKAGES = ['fonts-dejavu-core', 'fonts-wqy-microhei'];

/** Installs missing fonts if possible. Returns whether all are installed. */
export async function ensureFonts(say: (line: string) => void): Promise<boolean> {
  for (const name of PACKAGES) if ((await missingFonts()).length > 0) await aptInstall(name, say);
  return (await missingFonts()).length === 0;
}

/** The missing fonts. */
export async function missingFonts(): Promise<string[]> {
  const found = await Promise.all(Object.values(FONTS).map(isThere));
  return Object.values(FONTS).filter((_path, index) => !found[index]);
}

/** Writes a fontconfig configuration with these fonts only. Returns its path. */
export async function makeFontsConfig(): Promise<string> {
  const folder = join(ROOT, '.tmp', 'fonts');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'fonts.conf');
  await writeFile(path, configOf(folder));
  return path;
}

function configOf(cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <dir>/usr/share/fonts/truetype/wqy</dir>
  <cachedir>${cache}</cachedir>
  <selectfont>
    <rejectfont><glob>*</glob></rejectfont>
    <acceptfont>
      <glob>*/DejaVuSans.ttf</glob>
      <glob>*/DejaVuSans-Bold.ttf</glob>
      <glob>*/DejaVuSansMono.ttf</glob>
      <glob>*/DejaVuSansMono-Bold.ttf</glob>
      <glob>*/wqy-microhei.ttc</glob>
    </acceptfont>
  </selectfont>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
