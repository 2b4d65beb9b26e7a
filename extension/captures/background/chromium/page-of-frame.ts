import * as z from 'zod/mini';
import { CallError } from '../../../../shared/errors.ts';
import { waitFor } from '../../../calls/background/wait-for.ts';
import type { Send } from './fetch-domain.ts';

const Frame = z.object({ id: z.string(), url: z.string() });
interface Tree {
  frame: z.infer<typeof Frame>;
  childFrames?: Tree[] | undefined;
}
const Tree: z.ZodMiniType<Tree> = z.object({ frame: Frame, childFrames: z.optional(z.array(z.lazy(() => Tree))) });
const FrameTree = z.object({ frameTree: Tree });

function urlOfFrame({ frame, childFrames = [] }: Tree, id: string): string | undefined {
  if (frame.id === id) return frame.url;
  return childFrames.map((child) => urlOfFrame(child, id)).find((url) => url !== undefined);
}

/** The page itself says so: for one that does not, a script is not held up any longer. */
const PAGE_MS = 2_000;

/** The URL that a frame shows, or of the page that it is in, and whether it is the page itself. @throws CallError where that does not say so in time */
export async function pageOfFrame(send: Send, frameId: string): Promise<{ url: string; isPage: boolean }> {
  const asked = await waitFor((settle) => {
    send('Page.getFrameTree').then(
      (value) => settle({ ok: true, value }),
      (error: unknown) => settle({ ok: false, error: CallError.from(error) }),
    );
    return () => {};
  }, PAGE_MS);
  if (!asked.ok) throw asked.error;
  const { frameTree } = FrameTree.parse(asked.value);
  return { url: urlOfFrame(frameTree, frameId) ?? frameTree.frame.url, isPage: frameTree.frame.id === frameId };
}
