import type { IdText } from './id-text.ts';

/** A message of either protocol, `data` being JSON. Put together by hand, which is faster than to write it whole. */
export function messageFrame(type: string, msgId: IdText, data: string): string {
  return msgId === undefined
    ? `{"type":"${type}","data":${data}}`
    : `{"type":"${type}","msgId":${msgId},"data":${data}}`;
}
