/**
 * The script behind `GET /snippet.js`: a function expression over its settings. It is text, because compiled code could
 * need helpers that the page does not have. It speaks the first protocol and gives the page's console `lmy`: `encrypt`
 * (the called function, may be replaced), `flag` (whether it is connected) and `stopReconnect()`.
 */
export const SNIPPET = `// Pagewire: lets programs call a function of this page, until it is left or reloaded.
(function (settings) {
  'use strict';
  var RETRY_MS = 1000;
  // A refusal lasts until somebody changes the relay's tokens.
  var REFUSED_MS = 30000;
  var HEARTBEAT_MS = 120000;
  var KEY = '__pagewireSnippet';
  var log = function (text) { console.log('[pagewire] ' + text); };
  var logError = function (text) { console.error('[pagewire] ' + text); };

  if (window[KEY]) {
    log('replaces the script that was pasted before');
    window[KEY].end();
  }

  function resolve() {
    var parent;
    var value = window;
    for (var i = 0; i < settings.keys.length; i++) {
      if (value === undefined || value === null) throw new TypeError(settings.path + ' does not exist yet: key ' + i + ' is read from ' + value);
      parent = value;
      value = value[settings.keys[i]];
    }
    if (typeof value !== 'function') throw new TypeError(settings.path + ' is not a function');
    return { fn: value, parent: parent };
  }

  var socket;
  var heartbeat;
  var retry;
  var reconnects = true;

  var lmy = {
    flag: false,
    // Resolved on each call, because the page may define or replace the function later.
    encrypt: function (msg) {
      var found = resolve();
      return found.fn.call(found.parent, msg);
    },
    stopReconnect: function () {
      reconnects = false;
      clearTimeout(retry);
      log('will not reconnect');
    }
  };

  function send(on, type, msgId, data) {
    if (on.readyState === 1) on.send(JSON.stringify({ type: type, msgId: msgId, data: data }));
  }

  function answer(on, msgId, msg) {
    send(on, 'decrypt', msgId, { clientId: settings.clientId, msg: msg === undefined ? null : msg, flag: true });
  }

  function fail(on, msgId, error) {
    var message = String((error && error.message) || error);
    send(on, 'decrypt', msgId, { clientId: settings.clientId, msg: null, flag: false, error: { message: message } });
  }

  function handle(on, text) {
    var call = JSON.parse(text);
    if (call.type !== 'decrypt') return;
    new Promise(function (done) { done(lmy.encrypt(call.data)); })
      .then(function (msg) { answer(on, call.msgId, msg); })
      .catch(function (error) { fail(on, call.msgId, error); });
  }

  function connect() {
    var own = (socket = new WebSocket(settings.url));
    var wasOpen = false;
    own.onopen = function () {
      wasOpen = true;
      lmy.flag = true;
      send(own, 'init', '', { clientId: settings.clientId });
      heartbeat = setInterval(function () { send(own, 'heartbeat', '', {}); }, HEARTBEAT_MS);
      log('connected as ' + settings.clientId + '; calls go to ' + settings.path);
    };
    own.onmessage = function (event) { handle(own, event.data); };
    own.onclose = function (event) {
      if (own !== socket) return;
      lmy.flag = false;
      clearInterval(heartbeat);
      var refused = event.code === 4401 || event.code === 4403;
      if (refused) logError(refusalText(event));
      else if (wasOpen) log('disconnected' + (event.reason ? ': ' + event.reason : ''));
      else logError("can't connect to " + settings.url.split('?')[0] + '. Is the relay running? A Content Security Policy of the page may block it; use the extension then');
      if (reconnects) retry = setTimeout(connect, refused ? REFUSED_MS : RETRY_MS);
    };
  }

  function refusalText(event) {
    var token = 'fetch this script again with &token= and a client token of the relay';
    var rest = "this page may not serve as " + settings.clientId + "; the relay's log gives the reason";
    return 'refused by the relay (' + (event.reason || event.code) + '): ' + (event.code === 4401 ? token : rest);
  }

  function end() {
    var last = socket;
    reconnects = false;
    socket = undefined;
    lmy.flag = false;
    clearTimeout(retry);
    clearInterval(heartbeat);
    last.close();
  }

  Object.defineProperty(window, KEY, { value: { end: end }, configurable: true });
  window.lmy = lmy;
  connect();
})`;
