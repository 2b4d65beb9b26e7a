import { Fragment } from 'preact';

/** A path that wraps only between keys. */
export function PathText({ path }: { path: string }) {
  return (
    <span class="function-path mono">
      {path.split(/(?=[.[])/).map((part, index) => (
        // The parts have no state and keep their order.
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
