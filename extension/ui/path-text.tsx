import { Fragment } from 'preact';

/** A path that a narrow place may break only where a key begins. */
export function PathText({ path }: { path: string }) {
  return (
    <span class="function-path mono">
      {path.split(/(?=[.[])/).map((part, index) => (
        // The parts have no state, and their order is what they are.
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
