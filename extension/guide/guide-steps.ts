import { START_RELAY } from '../../shared/start-relay.ts';
import type { ProbeReport, RelayStatus } from '../platform/messages.ts';
import type { SiteSettings } from '../sites/settings-schema.ts';
import type { Text } from '../ui/t.ts';

/** The popup's page, as the guide needs it. */
export type GuidePage =
  | { kind: 'unknown' }
  | { kind: 'unservable' }
  | { kind: 'site'; site: SiteSettings; granted: boolean | undefined; report: ProbeReport | undefined };

export interface GuideStep {
  id: 'relay' | 'site' | 'function';
  title: Text;
  isDone: boolean;
  /** The state, and what to do if it is not done. */
  words: Text;
  /** A command that helps with the step. */
  command?: string;
}

/** The steps from installation to the first answer, with their state. */
export function guideSteps(status: RelayStatus | undefined, page: GuidePage): [GuideStep, GuideStep, GuideStep] {
  return [
    { id: 'relay', title: ['guideRelay'], ...relayStep(status) },
    { id: 'site', title: ['guideSite'], ...siteStep(page) },
    { id: 'function', title: ['guideFunction'], ...functionStep(page) },
  ];
}

type State = Pick<GuideStep, 'isDone' | 'words' | 'command'>;

function relayStep(status: RelayStatus | undefined): State {
  switch (status?.state) {
    case undefined:
      return todo(['statusUnknown']);
    case 'off':
      return todo(['guideRelayOff']);
    case 'connecting':
      return todo(['guideRelayTrying']);
    case 'waiting':
      return { ...todo(['guideRelayStart']), command: START_RELAY };
    case 'refused':
    case 'replaced':
      return todo(['guideRelayRefused']);
    case 'connected':
      return done(['guideRelayDone', { url: status.url }]);
  }
}

function siteStep(page: GuidePage): State {
  switch (page.kind) {
    case 'unknown':
      return todo(['guideSiteEnter']);
    case 'unservable':
      return todo(['guideSiteOpen']);
    case 'site': {
      const { site, granted } = page;
      if (!site.enabled) return todo(['guideSiteEnable']);
      if (granted === false) return todo(['guideSiteAccess']);
      return done(['guideSiteDone', { site: site.pattern }]);
    }
  }
}

function functionStep(page: GuidePage): State {
  if (page.kind !== 'site' || page.site.functions.length === 0) return todo(['guideFunctionAdd']);
  const { site, report } = page;
  if (!site.enabled) return todo(['guideFunctionDisabled']);
  if (!report) return todo(['functionChecking']);
  if (!report.available) return todo(['tabUnavailable', { reason: report.reason }]);
  const found = site.functions.find(({ name }) => report.functions[name]?.found);
  return found ? done(['guideFunctionDone', { name: found.name }]) : todo(['guideFunctionMissing']);
}

function todo(words: Text): State {
  return { isDone: false, words };
}

function done(words: Text): State {
  return { isDone: true, words };
}
