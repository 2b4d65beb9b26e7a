/**
 * The scripts whose integrity a document states elsewhere than on script elements: in import maps (modules
 * only) and on preload links. In both cases the browser refuses a changed script.
 */
export function declaredIntegrity(document: Document): Set<string> {
  const links = document.querySelectorAll<HTMLLinkElement>('link[integrity][href]');
  const ahead = [...links].filter(({ relList, integrity }) => loadsAhead(relList) && integrity !== '');
  return new Set([...ahead.map(({ href }) => href), ...inImportMaps(document)]);
}

function loadsAhead(rel: DOMTokenList): boolean {
  return rel.contains('modulepreload') || rel.contains('preload');
}

function inImportMaps(document: Document): string[] {
  const maps = [...document.querySelectorAll('script')].filter(({ type }) => /^\s*importmap\s*$/i.test(type));
  return maps.flatMap(({ textContent, baseURI }) =>
    Object.keys(integrityIn(textContent)).flatMap((url) =>
      URL.canParse(url, baseURI) ? new URL(url, baseURI).href : [],
    ),
  );
}

function integrityIn(importMap: string): object {
  try {
    const { integrity }: { integrity?: unknown } = JSON.parse(importMap);
    return typeof integrity === 'object' && integrity !== null ? integrity : {};
  } catch {
    // Invalid import map: the browser ignores it too.
    return {};
  }
}
