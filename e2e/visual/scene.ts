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

/** Data that a page of the extension gets from background and browser. */
export interface SceneState {
  settings: Settings;
  /** Stored settings that could not be read. */
  lost?: string[];
  /** Undefined: the background has not answered yet. */
  status: RelayStatus | undefined;
  /** Whether the guide was closed. */
  guideClosed: boolean;
  /** Whether the browser grants access to each site. */
  granted: boolean;
  probe: ProbeReport;
  /** The URLs of the frames in the tab's page. */
  frames: string[];
  calls: CallsReport;
  entries: CallEntry[];
  tried: TryReport;
  /** State of the finder. */
  finder: FinderView;
  /** States of the tab's captures. */
  captures: CaptureStates;
  /** Loaded scripts of its page. */
  scripts: ListedScript[];
  /** Their texts. */
  scriptText: string;
  /** Required permissions of the build. */
  permissions: string[];
}

export type Language = 'en' | 'zh_CN';
export type Theme = 'light' | 'dark';

/** One state of one page. */
export interface Scene {
  name: string;
  page: 'popup' | 'options';
  /** The site of the popup's tab. Undefined if unknown. */
  url?: string | undefined;
  state: SceneState;
  /** Actions after the page has opened. */
  act?: (page: ScenePage) => Promise<void>;
  /** Whether it has a reference picture. */
  isKept?: boolean;
}
