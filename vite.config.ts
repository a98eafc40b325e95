/** How the browser's half is built: its entries into build/assets, with the manifest that django-vite reads. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { ICONS } from "./templates/assets/icons.ts";

const require = createRequire(import.meta.url);

/** Emit icons.svg: one <symbol> for each name in icons.ts, drawn by Lucide (or by us, under images/). */
function iconSprite(): Plugin {
  return {
    name: "icon-sprite",
    apply: "build",
    generateBundle() {
      const folder = join(dirname(require.resolve("lucide-static/package.json")), "icons");
      const symbols = Object.entries(ICONS).map(([name, drawing]) => {
        const svg = readFileSync(join(folder, `${drawing}.svg`), "utf8");
        const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
        return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "").trim()}</symbol>`;
      });
      this.emitFile({
        type: "asset",
        fileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
      });
    },
  };
}

/** video.js carries its icon font as a data: address, which the site's policy forbids: take its file instead. */
function fontFromFile(): Plugin {
  return {
    name: "video-js-font-from-file",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("video.js/dist/video-js.css")) return null;
      return code.replace(/url\(data:application\/font-woff[^)]*\)/, 'url("./font/VideoJS.woff")');
    },
  };
}

export default defineConfig({
  root: "templates/assets",
  base: "./",
  publicDir: "public",
  plugins: [iconSprite(), fontFromFile()],
  build: {
    outDir: "../../build/assets",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Phones whose chat app brings a browser of 2022 must still lay the page out.
    target: ["chrome99", "safari15.4", "firefox97"],
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: false,
    // The player's entry carries video.js with its HLS engine; only the watch page loads it.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: {
        site: "templates/assets/scripts/site.ts",
        player: "templates/assets/scripts/player.ts",
        notes: "templates/assets/scripts/notes.ts",
        reading: "templates/assets/scripts/reading.ts",
        attempt: "templates/assets/scripts/attempt.ts",
        upload: "templates/assets/scripts/upload.ts",
        audience: "templates/assets/scripts/audience.ts",
        regulation: "templates/assets/scripts/regulation.ts",
        personSearch: "templates/assets/scripts/person_search.ts",
        charts: "templates/assets/scripts/charts.ts",
        passkeys: "templates/assets/scripts/passkeys.ts",
        admin: "templates/assets/styles/admin.css",
      },
    },
  },
});
