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

/** Pages whose function is in a closure: a capture keeps it, made by a click on a line of a search in the scripts. */
export const CLOSURE_PAGES = {
  /** Two chunks with the same code before what tells them apart; the page loads the wrong one last. */
  chunks: {
    search: 'v1.',
    files: {
      'index.html': page(
        '<script src="chunk-1a2b3c4d.5e6f7a8b.js"></script><script src="chunk-9a8b7c6d.1a2b3c4e.js"></script>',
      ),
      'chunk-1a2b3c4d.5e6f7a8b.js':
        '!function(){function s(e){var t="v1."+e;return t}window.goA=function(e){return s(e)}}();',
      'chunk-9a8b7c6d.1a2b3c4e.js':
        '!function(){function s(e){var t="WRONG"+e;return t}window.goB=function(e){return s(e)}}();',
    },
  },
  /** Two files of the same code, named by nothing but a hash: only the file tells them apart. */
  twins: {
    search: 'k+e}var k="v1."',
    files: {
      'index.html': page('<script src="1yopikgz5myc5.js"></script><script src="0tkqlaz4b3c2d.js"></script>'),
      '1yopikgz5myc5.js': '!function(){function s(e){return k+e}var k="v1.";window.goA=function(e){return s(e)}}();',
      '0tkqlaz4b3c2d.js': '!function(){function s(e){return k+e}var k="WRONG";window.goB=function(e){return s(e)}}();',
    },
  },
  /** A method, by its name, in a function that is not meant. */
  byname: {
    search: 'sign(t)',
    files: {
      'index.html': page('<script src="app.js"></script>'),
      'app.js': '!function(){const api={sign(t){return"v1."+t}};window.go=function(t){return api.sign(t)}}()',
    },
  },
  /** A static method, which no object has. */
  static: {
    search: 'pre()+t',
    files: {
      'index.html': page('<script src="app.js"></script>'),
      'app.js': 'class Sign{static make(t){return this.pre()+t}static pre(){return"v1."}}window.go=t=>t;',
    },
  },
  /** No function at the place: an expression is needed. */
  expression: {
    search: 'key="v1."',
    expression: 'text => key + text',
    files: {
      'index.html': page('<script src="app.js"></script>'),
      'app.js': 'const key="v1.";window.go=1;',
    },
  },
  /** A method of a class of which an object is made, and of one that is derived from it. */
  derived: {
    search: 'this.key+t',
    files: {
      'index.html': page('<script src="app.js"></script>'),
      'app.js':
        '!function(){class A{sign(t){return this.key+t}}class B extends A{key="v1.";sign(t){return"WRONG"}}window.go=new B}()',
    },
  },
  /** What Babel makes of a method, called by the page. */
  babel: {
    search: 'this.key+t',
    files: {
      'index.html': page('<script src="app.js"></script>'),
      'app.js':
        '!function(){function S(){this.key="v1."}[{key:"sign",value:function(t){return this.key+t}}].forEach(function(d){Object.defineProperty(S.prototype,d.key,d)});new S().sign("own")}()',
    },
  },
} as const satisfies Record<string, ClosureCase>;

export interface ClosureCase {
  search: string;
  expression?: string;
  files: Record<string, string>;
}

export type ClosurePage = keyof typeof CLOSURE_PAGES;

function page(scripts: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Reach</title></head><body>${scripts}</body></html>`;
}
