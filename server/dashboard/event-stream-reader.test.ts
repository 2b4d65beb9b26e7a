import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventStreamReader } from './event-stream-reader.ts';

const STREAM = ':\n\nevent: clients\ndata: {"a":"你好"}\n\n:\n\nevent: call\ndata: {"b":1}\n\nevent: half\nda';

it('yields complete events for any chunking and ignores comments', () => {
  void fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const reader = new EventStreamReader();
      const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const events = places.slice(1).flatMap((end, index) => reader.read(STREAM.slice(places[index], end)));
      expect(events).toEqual([
        { event: 'clients', data: '{"a":"你好"}' },
        { event: 'call', data: '{"b":1}' },
      ]);
    }),
  );
});
