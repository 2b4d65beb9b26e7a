import { followPath } from '../../calls/page/follow-path.ts';
import type { PathRoots } from '../../calls/page/path-roots.ts';
import type { CaptureRequest } from '../capture-report.ts';
import { capturedValue, installHook, reportCaptures } from './captured-values.ts';

/** The root `capture:`. */
export const captureRoot: PathRoots['capture'] = {
  find({ name }, path) {
    const { value, self } = capturedValue(name);
    return followPath(value, path, self);
  },
  load: undefined,
  answer(request) {
    // Our own background asks with a CaptureRequest.
    const { hook, captures } = request as CaptureRequest;
    installHook(hook);
    return reportCaptures(captures);
  },
};
