import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./compressed.ts";
import { catalogues } from "./kit/i18n/catalogue-plugin.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("./console"),
  base: "/",
  publicDir: at("./console/public"),
  plugins: [react(), catalogues(at("../../content/i18n")), compressed()],
  build: {
    outDir: at("../../dist/web/console"),
    emptyOutDir: true,
    target: "es2023",
    // The content security policy has no 'unsafe-inline' and no data: fonts, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What every visit starts with comes in two files: a browser asks for dozens one after the other.
        codeSplitting: {
          groups: [
            { name: "libraries", tags: ["$initial"], test: /[\\/]node_modules[\\/]/u },
            { name: "start", tags: ["$initial"] },
          ],
        },
      },
    },
  },
});
