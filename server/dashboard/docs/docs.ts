import SwaggerUIBundle from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { keptLanguage, keptToken } from '../kept.ts';
import { LANGUAGES, type Language, languageOf } from '../language.ts';

/** The page /docs: Swagger UI shows /openapi.json in the reader's language. */

/** Swagger UI shows an answer once it has ended. A stream of events does not end. */
const noTryingOfStreams = {
  statePlugins: {
    spec: { wrapSelectors: { allowTryItOutFor: () => (_state: unknown, path: string) => path !== '/api/events' } },
  },
};

const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

let language = languageOf(keptLanguage.read(), navigator.languages);
showLanguage();
const ui = SwaggerUIBundle({
  url: documentUrl(),
  domNode: document.getElementById('api'),
  deepLinking: true,
  // Nothing is sent to another host, not even the document for a check.
  validatorUrl: null,
  // The default theme's red is too pale to read.
  syntaxHighlight: { theme: 'arta' },
  plugins: [noTryingOfStreams],
  onComplete: authorize,
});

/** Relative, like every link of the page: a proxy may have put the relay under a path of its own. */
function documentUrl(): string {
  return `./openapi.json?lang=${LANGUAGES[language].tag}`;
}

/** Uses the token that the relay's own page was given in this tab. */
function authorize(): void {
  const token = keptToken.read();
  if (token !== null) ui.preauthorizeApiKey('callerToken', token);
}

function showLanguage(): void {
  const { tag, texts } = LANGUAGES[language];
  document.documentElement.lang = tag;
  document.title = `${texts.title}: ${texts.httpApi}`;
  document.getElementById('home')?.replaceChildren(texts.title);
  // `as`: the keys of a constant are known.
  const choices = (Object.keys(LANGUAGES) as Language[]).map(languageButton);
  document.getElementById('languages')?.replaceChildren(...choices);
}

function languageButton(choice: Language): HTMLButtonElement {
  const { tag, name } = LANGUAGES[choice];
  const button = Object.assign(document.createElement('button'), { type: 'button', lang: tag, textContent: name });
  button.setAttribute('aria-pressed', String(choice === language));
  button.addEventListener('click', () => {
    language = choice;
    keptLanguage.write(choice);
    showLanguage();
    ui.specActions.updateUrl(documentUrl());
    ui.specActions.download(documentUrl());
  });
  return button;
}
