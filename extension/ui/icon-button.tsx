import type { ComponentProps } from 'preact';
import { Icon } from './icon.tsx';

interface Props {
  icon: ComponentProps<typeof Icon>['name'];
  label: string;
  onClick: (event: { currentTarget: HTMLElement }) => void;
  expanded?: boolean;
}

/** A button with an icon only. Its label is read out and shown on hover. */
export function IconButton({ icon, label, onClick, expanded }: Props) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
