/** The answer of the function that each page is about, for the text `x`. */
export const ANSWER = 'v1.x';

const SIGN = 'function sign(text){return "v1."+text}';

/** Pages whose function an earlier finder did not reach, each with its files. */
export const REACH_PAGES = {
  /** An export as a getter on an object of the page. */
  getters: {
    'index.html': page('<script src="app.js"></script>'),
    'app.js': `!function(){${SIGN}var lib={};Object.defineProperty(lib,"sign",{enumerable:true,get:function(){return sign}});window.lib=lib}()`,
  },
  /** The same as Rollup writes it. */
  namespace: {
    'index.html': page('<script src="app.js"></script>'),
    'app.js': `var rolled=function(){${SIGN}return Object.freeze({__proto__:null,get sign(){return sign}})}();`,
  },
  /** An object of the page under the name of one of the browser's interfaces. */
  builtin: {
    'index.html': page('<script src="app.js"></script>'),
    'app.js': `window.Crypto={sign:${SIGN}};`,
  },
  /** `Promise` replaced as zone.js does, with a `then` that no other promise can be used with. */
  zone: {
    'index.html': page('<script src="zone.js"></script><script type="module" src="mod.js"></script>'),
    'zone.js': `!function(){function Zone(run){var me=this;me.handlers=[];run&&run(function(value){me.value=[value];me.handlers.forEach(function(h){h(value)})},function(){})}
Zone.prototype.then=function(done){if(!this.handlers)throw new TypeError("no zone");this.value?done(this.value[0]):this.handlers.push(done);return this};
Zone.prototype.catch=function(){return this};Zone.resolve=function(value){return new Zone(function(done){done(value)})};window.Promise=Zone}();`,
    'mod.js': `export ${SIGN}`,
  },
  /** A module that waits for ever at its top level, beside one that is ready. */
  waiting: {
    'index.html': page('<script type="module" src="never.js"></script><script type="module" src="mod.js"></script>'),
    'never.js': 'await new Promise(() => {});export const never=1;',
    'mod.js': `export ${SIGN}`,
  },
  /** A webpack bundle under a global whose name the site chose, of modules that are not merged. */
  'chunk-global': { 'index.html': page('<script defer src="main.js"></script>') },
} as const satisfies Record<string, Record<string, string>>;

export type ReachPage = keyof typeof REACH_PAGES;

function page(scripts: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Reach</title></head><body>${scripts}</body></html>`;
}
