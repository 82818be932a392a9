import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { catalogues } from "./kit/i18n/catalogue-plugin.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("./console"),
  base: "/",
  publicDir: at("./console/public"),
  plugins: [react(), catalogues(at("../../content/i18n"))],
  build: {
    outDir: at("../../dist/web/console"),
    emptyOutDir: true,
    target: "es2023",
    // The content security policy has no 'unsafe-inline' and no data: fonts, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
});
