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

/** Longest time to wait for the page's frame tree. */
const PAGE_MS = 2_000;

/**
 * The URL of a frame, or of its page if the frame is unknown, and whether it is the page itself. @throws
 * CallError `timeout`
 */
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
