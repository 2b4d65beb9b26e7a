import { sign } from './signer.js';

document.body.append(sign('x'));
void import('./later.js').then(({ later }) => document.body.append(later('y')));
