import { defineConfig } from "vite";

/** One classic script, so that a host page needs nothing but a script tag. */
export default defineConfig({
  build: {
    outDir: "../dist/widget",
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: "loader/main.ts", formats: ["iife"], name: "warmline", fileName: () => "widget.js" },
  },
});
