import type { Role } from './driver.ts';

/**
 * What a person without a mouse presses; a field has the focus and needs no more. Drivers press it too, because a page that
 * shifts under the mouse (a line more when the relay is connected) would be hit beside the control.
 */
export const KEY_OF = {
  button: 'Enter',
  link: 'Enter',
  checkbox: 'Space',
  radio: 'Space',
  switch: 'Space',
  textbox: undefined,
} as const satisfies Record<Role, 'Enter' | 'Space' | undefined>;
