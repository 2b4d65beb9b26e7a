import type { Role } from './driver.ts';

/**
 * The key that activates a control. Drivers use keys instead of clicks, because a layout shift (a new line when the relay
 * connects) could make a click miss.
 */
export const KEY_OF = {
  button: 'Enter',
  link: 'Enter',
  checkbox: 'Space',
  radio: 'Space',
  switch: 'Space',
  textbox: undefined,
} as const satisfies Record<Role, 'Enter' | 'Space' | undefined>;
