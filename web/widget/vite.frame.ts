import { defineConfig } from "vite";

export default defineConfig({
  root: "frame",
  base: "/widget/",
  build: {
    outDir: "../../dist/widget",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: "frame/frame.html" },
  },
});
