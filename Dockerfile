FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script is wanted here: none of them builds anything that the relay needs.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build:server && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
# A container's port is reached through its host or a network of containers, so that loopback would be of no use.
# PAGEWIRE_OPEN=1 lets it start without tokens; it then serves loopback and private networks alone.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=9999 PAGEWIRE_OPEN=1
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/server ./dist/server
USER node
EXPOSE 9999
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s \
  CMD ["node", "--no-warnings", "-e", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; fetch(`${process.env.TLS_CERT ? 'https' : 'http'}://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server/cli.js", "serve"]
