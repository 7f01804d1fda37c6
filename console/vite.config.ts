import { defineConfig } from 'vitest/config'
import react from '@vitejs/plugin-react'
import tailwindcss from '@tailwindcss/vite'
import { fieldWorker } from './src/field/worker/plugin.ts'

const server = process.env.SALESSYNC_URL ?? 'http://127.0.0.1:8080'
const passedOn = Object.fromEntries(
  ['/api', '/health', '/ready', '/map'].map((path) => [`^${path}/`, { target: server, changeOrigin: false }]),
)

export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss(), fieldWorker()],
  build: {
    outDir: 'dist', chunkSizeWarningLimit: 1200, reportCompressedSize: false,
    rollupOptions: { input: { index: 'index.html', field: 'field.html' } },
  },
  server: { proxy: { ...passedOn, '/ws': { target: server, ws: true } } },
  // Five seconds, which is usual, are too few for a page with many controls on a busy machine.
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true, testTimeout: 20_000 },
})
