import DisableDevtool from 'disable-devtool';
import './entry.js';

/** The same page with an anti-debugging script; it would leave the page, this one says what it has seen. */
DisableDevtool({
  ondevtoolopen: (detector) => {
    document.documentElement.dataset.devtools = String(detector);
  },
  disableMenu: false,
  clearLog: false,
});
