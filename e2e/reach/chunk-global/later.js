import { sign } from './signer.js';

export const later = (text) => `${sign(text)}!`;
