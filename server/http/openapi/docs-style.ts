/** Colours come from the system's light or dark scheme; each pair has a contrast of 4.5 or more. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c1e21, #e4e6ea);
  --soft: light-dark(#5b616b, #a3a9b4);
  --line: light-dark(#d9dce1, #3a3f47);
  --back: light-dark(#ffffff, #17191d);
  --code: light-dark(#f2f4f7, #22262c);
  --link: light-dark(#0b57d0, #8ab4f8);
  --post: light-dark(#146c2e, #7fd69a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 72rem; color: var(--text); background: var(--back);
  font: 15px/1.55 system-ui, sans-serif;
  display: grid; grid-template-columns: 15rem minmax(0, 1fr); column-gap: 2.5rem; align-items: start;
}
header { grid-column: 1 / -1; border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0; }
h2 { font-size: 1.3rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
small { color: var(--soft); font-weight: normal; font-size: .8em; }
nav { position: sticky; top: 1.5rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; align-items: baseline; padding: .2rem 0; text-decoration: none; color: var(--text); }
nav b { flex: 0 0 2.8rem; font-size: .75rem; }
a { color: var(--link); }
a:hover { text-decoration: underline; }
section { padding-bottom: 2rem; margin-bottom: 2rem; border-bottom: 1px solid var(--line); }
section:last-child { border: 0; }
b.POST { color: var(--post); }
b.GET { color: var(--link); }
code { font: .875em/1.5 ui-monospace, monospace; background: var(--code); padding: .1em .3em; border-radius: 3px; overflow-wrap: anywhere; }
pre { background: var(--code); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto; margin: .25rem 0; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
.request code { font-size: 1rem; }
figure { margin: .75rem 0; }
figcaption { color: var(--soft); font-size: .85rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); font-weight: normal; }
th code { white-space: nowrap; }
thead th { color: var(--soft); font-size: .85rem; }
@media (max-width: 48rem) {
  body { display: block; padding: 1rem; }
  nav { position: static; margin-bottom: 1.5rem; }
}
`;
