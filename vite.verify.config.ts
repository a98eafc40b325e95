/** Builds the verification of certificates as one script without imports: it also goes whole into a page people keep. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "templates/assets",
  base: "./",
  publicDir: false,
  build: {
    outDir: "../../build/assets",
    emptyOutDir: false, // the site's own build stands there already
    manifest: "verify-manifest.json",
    target: ["chrome99", "safari15.4", "firefox97"],
    assetsDir: "assets",
    modulePreload: false,
    rollupOptions: {
      input: "templates/assets/scripts/verify.ts",
      output: { format: "iife", entryFileNames: "assets/verify-[hash].js" },
    },
  },
});
