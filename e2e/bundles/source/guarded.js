import DisableDevtool from 'disable-devtool';
import './entry.js';

/** The same page with an anti-debugging script; it would leave the page, this one says what it has seen. */
DisableDevtool({
  ondevtoolopen: (detector) => {
    document.documentElement.dataset.devtools = String(detector);
  },
  disableMenu: false,
  clearLog: false,
  // All that it has but one, which takes a console that is slow for one that is open: a test driver that listens slows it.
  detectors: [0, 1, 2, 3, 4, 5, 7],
});
