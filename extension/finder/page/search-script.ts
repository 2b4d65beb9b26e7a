import * as js from '../../../shared/primordials.ts';
import { serializeValue } from '../../../shared/serialize-value.ts';
import { importModule } from '../../calls/page/bundles/es-modules.ts';
import { callAndAnswer } from '../../calls/page/call-and-answer.ts';
import { openPageEndpoint } from '../../calls/page/page-endpoint.ts';
import { SEARCH } from '../../calls/rendezvous.ts';
import { patternOf } from '../../calls/script-pattern.ts';
import type { FrameView, SearchCommand } from '../search-messages.ts';
import { Finder } from './finder.ts';

/** The user's commands, and messages that the bridge adds. */
export type SearchMessage =
  | SearchCommand
  /** Names of the browser's own globals. */
  | { kind: 'built-ins'; names: string[] }
  /** URLs of loaded ES modules with exports. */
  | { kind: 'modules'; urls: string[] };

/** The finder's end of the channel: unpaired → serving → ended. It does nothing before it is told to. */
export function startSearchScript(): void {
  openPageEndpoint(SEARCH, (send) => {
    const finder = new Finder((view: FrameView) => send(`{"view":${serializeValue(view)}}`));
    return {
      onText: (text) => handleMessage(finder, js.parseJson(text) as SearchMessage, send),
      onEnd: () => finder.end(),
    };
  });
}

function handleMessage(finder: Finder, message: SearchMessage, send: (text: string) => void): void {
  switch (message.kind) {
    case 'built-ins':
      finder.setBuiltIns(message.names);
      break;
    case 'search':
      finder.search();
      break;
    case 'modules':
      importModules(message.urls, finder);
      break;
    case 'stop':
      finder.stop();
      break;
    case 'filter':
      finder.setFilter(message.text);
      break;
    case 'watch':
      finder.watch(message.ids, message.seconds);
      break;
    case 'unwatch':
      finder.unwatch();
      break;
    case 'try': {
      const { id, args, request } = message;
      const answer = (text: string) => send(`{"tried":{"request":${request},"answer":${text}}}`);
      callAndAnswer(() => finder.find(id), { id: 0, args }, answer);
      break;
    }
    default:
      message satisfies never;
  }
}

function importModules(urls: readonly string[], finder: Finder): void {
  let waiting = urls.length;
  if (waiting === 0) finder.modulesAdded();
  for (let index = 0; index < urls.length; index++) {
    const url = urls[index] as string;
    importModule(url, (exports) => {
      if (exports !== undefined) finder.addModule(patternOf(url, location.origin, urls), exports);
      if (--waiting === 0) finder.modulesAdded();
    });
  }
}
