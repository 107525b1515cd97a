/** How the tests run. */

import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({ test: { include: ['test/**/*.test.{ts,tsx}'], testTimeout: 30_000 } });
