import type { FinderView } from '../../extension/finder/search-messages.ts';
import type {
  CallEntry,
  CallsReport,
  CaptureStates,
  ListedScript,
  ProbeReport,
  RelayStatus,
  TryReport,
} from '../../extension/platform/messages.ts';
import type { Settings } from '../../extension/sites/settings-schema.ts';
import type { ScenePage } from './scene-page.ts';

/** What a page of the extension is told by background and browser, and so what it looks like. */
export interface SceneState {
  settings: Settings;
  /** Which stored settings could not be read. */
  lost?: string[];
  /** Undefined: the background has not answered yet. */
  status: RelayStatus | undefined;
  /** Whether the guide was closed before. */
  guideClosed: boolean;
  /** Whether the browser grants access to each site. */
  granted: boolean;
  probe: ProbeReport;
  /** The addresses of the frames in the tab's page. */
  frames: string[];
  calls: CallsReport;
  entries: CallEntry[];
  tried: TryReport;
  /** What the finder shows once it is opened. */
  finder: FinderView;
  /** How the captures of the tab are doing. */
  captures: CaptureStates;
  /** The scripts that its page has loaded. */
  scripts: ListedScript[];
  /** The text of each of them. */
  scriptText: string;
  /** Those that the build has from the start. */
  permissions: string[];
}

export type Language = 'en' | 'zh_CN';
export type Theme = 'light' | 'dark';

/** One state of one page. */
export interface Scene {
  name: string;
  page: 'popup' | 'options';
  /** The site that a popup was opened on; undefined where the browser does not tell. */
  url?: string | undefined;
  state: SceneState;
  /** What a person does then, by what is on the page in their language. */
  act?: (page: ScenePage) => Promise<void>;
  /** Whether a picture of it is kept. */
  isKept?: boolean;
}
