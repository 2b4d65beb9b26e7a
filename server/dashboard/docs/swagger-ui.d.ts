/** What the API page uses of Swagger UI, whose package comes without types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface SwaggerUi {
    readonly specActions: { updateUrl(url: string): void; download(url: string): void };
    preauthorizeApiKey(scheme: string, token: string): void;
  }
  export default function SwaggerUIBundle(options: Readonly<Record<string, unknown>>): SwaggerUi;
}
