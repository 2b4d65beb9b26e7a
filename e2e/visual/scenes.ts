import { captureScenes } from './capture-scenes.ts';
import { finderScenes } from './finder-scenes.ts';
import { optionsScenes } from './options-scenes.ts';
import { popupScenes } from './popup-scenes.ts';
import type { Scene } from './scene.ts';

/** All tested states of all pages. */
export const SCENES: readonly Scene[] = [...popupScenes, ...captureScenes, ...finderScenes, ...optionsScenes];
