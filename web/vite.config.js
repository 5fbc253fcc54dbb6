import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The gateway to talk to while developing: `EVERTURN_URL=http://localhost:3978 npm run dev`.
const gateway = process.env.EVERTURN_URL ?? 'http://localhost:3978';

// The package's "exports" hide its minimal bundle, which lacks what this page does not use:
// Adaptive Cards, Markdown and the speech SDK.
const webchat = './node_modules/botframework-webchat/dist/botframework-webchat.minimal.mjs';

export default defineConfig({
  resolve: {
    alias: { webchat: fileURLToPath(new URL(webchat, import.meta.url)) },
    dedupe: ['react', 'react-dom']
  },
  build: {
    target: 'es2022',
    // Web Chat alone is larger than the size at which Vite warns; it is loaded after the console.
    chunkSizeWarningLimit: 2000
  },
  server: {
    host: 'localhost',
    proxy: {
      '/everturn': { target: gateway, changeOrigin: true, headers: { origin: gateway } },
      '/v3': { target: gateway, changeOrigin: true, ws: true, headers: { origin: gateway } }
    }
  }
});
