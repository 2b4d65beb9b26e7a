import { useId } from 'preact/hooks';

interface Props {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onSelect(value: string): void;
}

export function SelectField({ label, value, options, onSelect }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={options.length === 0}
        onChange={(event) => onSelect(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
