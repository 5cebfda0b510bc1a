import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server that `npm run dev` talks to: the mock unless told otherwise.
const server = process.env["WARMLINE_CONSOLE_SERVER"] ?? "http://127.0.0.1:8091";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: { outDir: "../dist/console", emptyOutDir: true, target: "es2022" },
  server: { proxy: { "/api": server, "/ws": { target: server, ws: true } } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/testing/setup.ts"] },
});
